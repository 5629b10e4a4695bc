namespace ControlPlane.Grains.Autonomy.Policy;

/// <summary>A share of good observations, each with the weight <c>2^(-age / half-life)</c>.</summary>
/// <param name="Share">0 to 1; 0 without observations.</param>
/// <param name="EffectiveN">Equivalent number of equally weighted observations, after Kish: (sum of weights)^2 / sum of squares.</param>
internal readonly record struct DecayedShare(double Share, double EffectiveN, long Good, long Total)
{
    /// <summary>Standard normal quantile of 97.5 %.</summary>
    private const double Z = 1.959963984540054;

    /// <param name="before">Evidence from before this instant counts <paramref name="beforeFactor"/> of its weight.</param>
    public static DecayedShare Of(IEnumerable<EvidenceBucket> buckets, DateTimeOffset now, double halfLifeSeconds, DateTimeOffset? before = null, double beforeFactor = 1)
    {
        double weights = 0, squares = 0, good = 0;
        long goods = 0, total = 0;
        foreach (var bucket in buckets)
        {
            var weight = Weight(bucket.At, now, halfLifeSeconds) * (before is { } change && bucket.At < change ? beforeFactor : 1);
            weights += weight * bucket.Total;
            squares += weight * weight * bucket.Total;
            good += weight * bucket.Good;
            goods += bucket.Good;
            total += bucket.Total;
        }

        return weights <= 0 ? new(0, 0, goods, total) : new(Math.Clamp(good / weights, 0, 1), weights * weights / squares, goods, total);
    }

    public static double Weight(DateTimeOffset at, DateTimeOffset now, double halfLifeSeconds) =>
        Math.Pow(2, -Math.Max(0, (now - at).TotalSeconds) / halfLifeSeconds);

    /// <summary>The lower end of the Wilson interval at 95 %: 20 of 20 is 0.84, not 1.</summary>
    public double LowerBound()
    {
        if (EffectiveN <= 0) return 0;
        var z2 = Z * Z / EffectiveN;
        var centre = Share + (z2 / 2);
        var spread = Z * Math.Sqrt(((Share * (1 - Share)) + (z2 / 4)) / EffectiveN);
        return Math.Clamp((centre - spread) / (1 + z2), 0, 1);
    }
}
