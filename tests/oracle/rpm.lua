-- Answers pairs of versions ("left<tab>right" a line) as rpm does: -1, 0, 1, or ! where one is no
-- version. Run by rpmlua.
for pair in io.lines() do
    local left, right = pair:match("^(.-)\t(.*)$")
    local known, answer = pcall(rpm.vercmp, left, right)
    print(known and answer or "!")
end
