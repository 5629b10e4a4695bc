using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Benchmarks.Running;

/// <summary>Both sides of one round.</summary>
internal sealed record Round(double Ours, double Limit)
{
    public double Ratio => Limit == 0 ? 0 : Ours / Limit;
}

/// <summary>A mode's figures: medians over its rounds.</summary>
/// <param name="Goal">What the ratio should be, for example <c>&lt;= 1.5</c>.</param>
/// <param name="Also">Further figures of the same run, by name.</param>
internal sealed record ModeResult(
    string Mode,
    string Unit,
    string Goal,
    IReadOnlyList<Round> Rounds,
    IReadOnlyDictionary<string, double>? Also = null)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public double Ours => Statistics.Median(Rounds.Select(round => round.Ours));

    public double Limit => Statistics.Median(Rounds.Select(round => round.Limit));

    /// <summary>The median of the rounds' ratios: both sides of a round saw the same machine.</summary>
    public double Ratio => Statistics.Median(Rounds.Select(round => round.Ratio));

    public double LeastRatio => Rounds.Min(round => round.Ratio);

    public double LargestRatio => Rounds.Max(round => round.Ratio);

    public string ToJsonLine() => JsonSerializer.Serialize(
        new
        {
            Mode,
            Ours = Rounded(Ours),
            Limit = Rounded(Limit),
            Ratio = Rounded(Ratio),
            Unit,
            Goal,
            Rounds = Rounds.Select(round => new { Ours = Rounded(round.Ours), Limit = Rounded(round.Limit), Ratio = Rounded(round.Ratio) }),
            Also = Also?.ToDictionary(figure => figure.Key, figure => Rounded(figure.Value)),
        },
        s_json);

    // Four digits that count; more would pretend.
    internal static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return 0;
        var digits = 3 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits <= 0 ? Math.Round(value) : Math.Round(value, Math.Min(digits, 12));
    }
}
