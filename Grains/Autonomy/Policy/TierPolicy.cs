using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Autonomy.Policy;

/// <summary>Where a bot stands between evaluations.</summary>
/// <param name="Held">Evaluations in a row in which the evidence allowed the next tier.</param>
/// <param name="LastViolation">The newest violation that has been answered with a fall.</param>
internal sealed record TierStanding(AutonomyTier Tier, int Held, DateTimeOffset? LastViolation);

/// <summary>What an evaluation comes to.</summary>
/// <param name="Reason">Why the tier changed, or null.</param>
internal sealed record TierDecision(TierStanding Standing, bool AwaitsPerson, string? Reason);

/// <summary>Tiers rise one step at a time and fall at once on a violation, with hysteresis otherwise.</summary>
internal static class TierPolicy
{
    /// <summary>Known factors without which no evidence is enough for any step.</summary>
    private const int LeastKnown = 3;

    public static TierDecision Step(
        TierStanding before, ImmutableArray<AutonomyFactor> factors, double? score, DateTimeOffset? newestViolation, AutonomyOptions options)
    {
        if (newestViolation is { } violation && (before.LastViolation is null || violation > before.LastViolation))
        {
            var fallen = before.Tier > AutonomyTier.Paper ? AutonomyTier.Paper : AutonomyTier.Observe;
            return new(new(fallen, 0, violation), false, fallen == before.Tier ? null : "It broke a rule.");
        }

        if (NeedsPerson(before.Tier) && factors.FirstOrDefault(f => f.Score is null) is { } unknown)
        {
            return new(new(AutonomyTier.Paper, 0, before.LastViolation), false, $"{unknown.Name} is not known any more.");
        }

        if (before.Tier > AutonomyTier.Observe && (score is not { } known || known < options.ScoreFor(before.Tier) - options.FallMargin))
        {
            return new(new(before.Tier - 1, 0, before.LastViolation), false, score is null ? "No factor is known any more." : "The score fell below what the tier needs.");
        }

        if (NeedsFor(Next(before.Tier), factors, score, options).Length > 0 || Next(before.Tier) is not { } next) return new(before with { Held = 0 }, false, null);
        var held = Math.Min(before.Held + 1, options.HoldEvaluations);
        if (held < options.HoldEvaluations) return new(before with { Held = held }, false, null);
        return NeedsPerson(next)
            ? new(before with { Held = held }, AwaitsPerson: true, null)
            : new(new(next, 0, before.LastViolation), false, "The evidence allows it.");
    }

    public static AutonomyTier? Next(AutonomyTier tier) => tier < AutonomyTier.Autonomous ? tier + 1 : null;

    /// <summary>Steps into tiers that may trade LIVE take a person.</summary>
    public static bool NeedsPerson(AutonomyTier tier) => tier >= AutonomyTier.Supervised;

    /// <summary>What the evidence lacks for a tier.</summary>
    public static ImmutableArray<AutonomyNeed> NeedsFor(AutonomyTier? tier, ImmutableArray<AutonomyFactor> factors, double? score, AutonomyOptions options)
    {
        if (tier is not { } wanted) return [];
        var needs = ImmutableArray.CreateBuilder<AutonomyNeed>();
        var known = factors.Count(f => f.Score is not null);
        if (NeedsPerson(wanted) || known < LeastKnown)
        {
            foreach (var factor in factors.Where(f => f.Score is null))
            {
                var need = factor.Name == FactorPolicy.DecisionQuality ? options.LeastResolved : options.LeastEvidence;
                needs.Add(new("FACTOR_UNKNOWN", factor.Name, factor.EffectiveN, need, $"{factor.Name} is not known yet: {Number(factor.EffectiveN ?? 0)} of {Number(need)} pieces of evidence, weighted by age."));
            }
        }

        var least = AutonomyOptions.EvidenceFor(wanted);
        foreach (var factor in factors.Where(f => f.Score is not null && f.EffectiveN < least))
        {
            needs.Add(new("EVIDENCE", factor.Name, factor.EffectiveN, least, $"{factor.Name} has {Number(factor.EffectiveN)} of the {Number(least)} pieces of evidence it needs, weighted by age."));
        }

        var threshold = options.ScoreFor(wanted);
        if (score is not { } have || have < threshold) needs.Add(new("SCORE", null, score, threshold, $"The score must reach {Number(threshold)}; it is {(score is { } s ? Number(s) : "not known")}."));
        return needs.ToImmutable();
    }

    private static string Number(double? value) => (value ?? 0).ToString("0.#", CultureInfo.InvariantCulture);
}
