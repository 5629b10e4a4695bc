using System.Text.Json;
using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Bots.Detail;

/// <summary>Names and figures of a bot's own making, as a person reads them: <c>min_pause_ms</c> 1000 is <c>min pause 1,000 ms</c>.</summary>
public static class TraceWords
{
    private static readonly (string Suffix, string Unit)[] s_units = [("_ms", " ms"), ("_s", " s"), ("_pct", " %"), ("_bps", " bp")];

    public static string Variable(string name, JsonElement value)
    {
        var (words, unit) = Split(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? $"{words} {Number(number)}{unit}"
            : $"{words} {value}";
    }

    /// <summary>The rule that held it back, with what was measured against it; empty where none is named.</summary>
    public static string Rule(NoTradeReasonRow reason)
    {
        if (reason.Rule is null) return "";
        var (words, unit) = Split(reason.Rule);
        return (reason.Actual, reason.Threshold) switch
        {
            ({ } actual, { } limit) => $": {words} {Number((double)actual)}{unit} against {Number((double)limit)}{unit}",
            (_, { } limit) => $": {words}, limit {Number((double)limit)}{unit}",
            _ => $": {words}",
        };
    }

    private static (string Words, string Unit) Split(string name)
    {
        var (suffix, unit) = s_units.FirstOrDefault(u => name.Length > u.Suffix.Length && name.EndsWith(u.Suffix, StringComparison.Ordinal));
        return ((suffix is null ? name : name[..^suffix.Length]).Replace('_', ' '), unit ?? "");
    }

    private static string Number(double value) => value.ToString("#,0.####", System.Globalization.CultureInfo.InvariantCulture).Replace('-', '\u2212');
}
