using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Autonomy.Policy;

/// <summary>The score: 100 times the weighted geometric mean of the known factors, so that one collapse is not averaged away.</summary>
internal static class ScorePolicy
{
    /// <summary>Known factors without which there is no score.</summary>
    public const int LeastKnown = 3;

    public const string Formula =
        "100 x exp(sum of weight x ln(score) / sum of weights) over the known factors: a weighted geometric mean. "
        + "A factor without enough evidence is left out of it and caps the tier below LIVE; with fewer than three known factors there is no score.";

    public static double? Score(ImmutableArray<AutonomyFactor> factors)
    {
        var known = factors.Where(f => f.Score is not null).ToArray();
        if (known.Length < LeastKnown) return null;
        if (known.Any(f => f.Score <= 0)) return 0;
        var weights = known.Sum(f => f.Weight);
        return 100 * Math.Exp(known.Sum(f => f.Weight * Math.Log(f.Score!.Value)) / weights);
    }
}
