# Answers pairs of versions ("left<tab>right" a line) as Elixir's Version does: -1, 0, 1, or ! where
# one is no version.
answer = fn pair ->
  [left, right] = String.split(pair, "\t")

  with {:ok, left} <- Version.parse(left), {:ok, right} <- Version.parse(right) do
    case Version.compare(left, right) do
      :lt -> "-1"
      :eq -> "0"
      :gt -> "1"
    end
  else
    _ -> "!"
  end
end

pairs = IO.read(:stdio, :all) |> String.split("\n") |> Enum.drop(-1)
IO.write(Enum.map(pairs, &[answer.(&1), "\n"]))
