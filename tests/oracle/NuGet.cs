// Answers pairs of versions ("left<tab>right" a line) as NuGet.Versioning does: -1, 0, 1, or ! where
// one is no version.
using System;
using System.IO;
using NuGet.Versioning;

static class Program
{
    static void Main()
    {
        var output = new StreamWriter(Console.OpenStandardOutput());
        string pair;
        while ((pair = Console.In.ReadLine()) != null)
        {
            var texts = pair.Split('\t');
            NuGetVersion left, right;
            var known = NuGetVersion.TryParse(texts[0], out left) & NuGetVersion.TryParse(texts[1], out right);
            output.WriteLine(known ? Math.Sign(left.CompareTo(right)).ToString() : "!");
        }
        output.Flush();
    }
}
