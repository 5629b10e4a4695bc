using System.Text.Json;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Bots.Detail;

/// <summary>Names and figures of a bot's own making, as a person reads them: <c>min_pause_ms</c> 1000 is <c>min pause 1,000 ms</c>.</summary>
public static class TraceNames
{
    private static readonly (string Suffix, string Unit)[] s_units = [("_ms", " ms"), ("_s", " s"), ("_pct", " %"), ("_bps", " bp")];

    public static string Variable(string name, JsonElement value)
    {
        var (words, unit) = Split(name);
        return Number(value) is { } number ? $"{words} {number}{unit}" : $"{words} {value}";
    }

    /// <summary>The rule that held it back, with what was measured against it; empty where none is named.</summary>
    public static string Rule(NoTradeReasonRow reason)
    {
        if (reason.Rule is null) return "";
        var (words, unit) = Split(reason.Rule);
        switch (reason.Actual, reason.Threshold)
        {
            case ({ } actual, { } limit):
                var (one, other) = Figures.Apart(actual, limit);
                return $": {words} {one}{unit} against {other}{unit}";
            case (_, { } limit):
                return $": {words}, limit {Figures.Rounded(limit, Figures.VariableDigits)}{unit}";
            default:
                return $": {words}";
        }
    }

    /// <summary>The same with every digit, for a title.</summary>
    public static string ExactRule(NoTradeReasonRow reason) =>
        $"{reason.Code} {reason.Rule}{(reason.Actual is { } actual ? $", actual {Figures.Exact(actual)}" : "")}{(reason.Threshold is { } limit ? $", threshold {Figures.Exact(limit)}" : "")}".Trim();

    private static (string Words, string Unit) Split(string name)
    {
        var (suffix, unit) = s_units.FirstOrDefault(u => name.Length > u.Suffix.Length && name.EndsWith(u.Suffix, StringComparison.Ordinal));
        return ((suffix is null ? name : name[..^suffix.Length]).Replace('_', ' '), unit ?? "");
    }

    private static string? Number(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number) return null;
        if (value.TryGetDecimal(out var exact)) return Figures.Rounded(exact, Figures.VariableDigits);
        return value.TryGetDouble(out var number) ? Figures.Rounded(number) : null;
    }
}
