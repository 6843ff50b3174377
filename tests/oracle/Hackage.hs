-- Answers pairs of versions ("left<tab>right" a line) as Cabal does: -1, 0, 1, or ! where one is no
-- version.
import Distribution.Parsec (simpleParsec)
import Distribution.Types.Version (Version)

answer :: String -> String
answer pair = case (simpleParsec left, simpleParsec (drop 1 right)) of
  (Just a, Just b) -> show (fromEnum (compare (a :: Version) b) - 1)
  _ -> "!"
  where
    (left, right) = break (== '\t') pair

main :: IO ()
main = interact (unlines . map answer . lines)
