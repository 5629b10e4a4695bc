namespace ControlPlane.SampleBots.Strategies;

/// <summary>Measures of a row of prices. They expect two prices or more.</summary>
internal static class Indicators
{
    /// <summary>Logarithm of last over first: 0.01 is about one percent up.</summary>
    public static double Move(IReadOnlyList<double> logs) => logs[^1] - logs[0];

    /// <summary>Move over what noise of this size would bring about: beyond 2 it hardly is noise.</summary>
    public static double TrendStrength(IReadOnlyList<double> logs)
    {
        var steps = logs.Zip(logs.Skip(1), static (a, b) => b - a).ToArray();
        var noise = Deviation(steps) * Math.Sqrt(steps.Length);
        return noise > 0 ? Move(logs) / noise : 0;
    }

    /// <summary>Distance of the last price from the mean, in deviations.</summary>
    public static double Stretch(IReadOnlyList<double> logs)
    {
        var deviation = Deviation(logs);
        return deviation > 0 ? (logs[^1] - logs.Average()) / deviation : 0;
    }

    public static double Deviation(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }

    /// <summary>Logarithms of the last <paramref name="count"/> closes, and of the price now behind them.</summary>
    public static IReadOnlyList<double> Logs(MarketView view, int count) =>
        [.. view.Closes.Skip(Math.Max(0, view.Closes.Count - count)).Append(view.Mid).Select(static p => Math.Log((double)p))];

    /// <summary>0 to 1: the logistic curve.</summary>
    public static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}
