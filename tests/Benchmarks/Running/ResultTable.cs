using System.Globalization;

namespace ControlPlane.Benchmarks.Running;

/// <summary>The results as a table in Markdown.</summary>
internal static class ResultTable
{
    public static string Of(IReadOnlyList<ModeResult> results)
    {
        string[] header = ["mode", "ours", "limit", "unit", "ratio", "min..max", "goal"];
        var rows = results.Select(result => new[]
        {
            result.Mode,
            Number(result.Ours),
            Number(result.Limit),
            result.Unit,
            Number(result.Ratio),
            $"{Number(result.LeastRatio)}..{Number(result.LargestRatio)}",
            result.Goal,
        }).Prepend(header).ToList();
        var widths = Enumerable.Range(0, header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var lines = rows.Select(row => $"| {string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column])))} |").ToList();
        lines.Insert(1, $"| {string.Join(" | ", widths.Select(width => new string('-', width)))} |");
        return string.Join(Environment.NewLine, lines);
    }

    private static string Number(double value) => ModeResult.Rounded(value).ToString("G6", CultureInfo.InvariantCulture);
}
