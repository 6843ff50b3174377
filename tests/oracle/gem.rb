# Answers pairs of versions ("left<tab>right" a line) as Gem::Version does: -1, 0, 1, or ! where one
# is no version.
require "rubygems"

$stdin.each_line(chomp: true) do |pair|
  left, right = pair.split("\t", -1).map { |text| Gem::Version.new(text) }
  puts left <=> right
rescue ArgumentError
  puts "!"
end
