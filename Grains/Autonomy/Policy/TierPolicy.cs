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
    public static TierDecision Step(
        TierStanding before, ImmutableArray<AutonomyFactor> factors, double? score, Violation? newestViolation, AutonomyOptions options, bool statesConfidence = true)
    {
        if (newestViolation is { } violation && (before.LastViolation is null || violation.At > before.LastViolation))
        {
            var fallen = before.Tier > AutonomyTier.Paper ? AutonomyTier.Paper : AutonomyTier.Observe;
            return new(new(fallen, 0, violation.At), false, fallen == before.Tier ? null : $"It broke the rule {violation.Rule}.");
        }

        if (NeedsPerson(before.Tier) && factors.FirstOrDefault(f => f.Score is null && Needs(f.Name, before.Tier, statesConfidence)) is { } unknown)
        {
            return new(new(AutonomyTier.Paper, 0, before.LastViolation), false, $"{unknown.Name} is not known any more.");
        }

        if (before.Tier > AutonomyTier.Observe && (score is not { } known || known < options.ScoreFor(before.Tier) - options.FallMargin))
        {
            return new(new(before.Tier - 1, 0, before.LastViolation), false, score is null ? "Fewer than three factors are known." : "The score fell below what the tier needs.");
        }

        if (NeedsFor(Next(before.Tier), factors, score, options, statesConfidence).Length > 0 || Next(before.Tier) is not { } next) return new(before with { Held = 0 }, false, null);
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
    public static ImmutableArray<AutonomyNeed> NeedsFor(AutonomyTier? tier, ImmutableArray<AutonomyFactor> factors, double? score, AutonomyOptions options, bool statesConfidence = true)
    {
        if (tier is not { } wanted) return [];
        var needs = ImmutableArray.CreateBuilder<AutonomyNeed>();
        var known = factors.Count(f => f.Score is not null);
        if (NeedsPerson(wanted) || known < ScorePolicy.LeastKnown)
        {
            foreach (var factor in factors.Where(f => f.Score is null && Needs(f.Name, wanted, statesConfidence)))
            {
                var need = factor.Name == FactorPolicy.DecisionQuality ? options.LeastResolved : options.LeastEvidence;
                needs.Add(new("FACTOR_UNKNOWN", factor.Name, factor.EffectiveN, need, $"{factor.Name} is not known yet: {Floor(factor.EffectiveN ?? 0)} of {Number(need)} pieces of evidence, weighted by age."));
            }
        }

        var least = AutonomyOptions.EvidenceFor(wanted);
        foreach (var factor in factors.Where(f => f.Score is not null && f.EffectiveN < least))
        {
            needs.Add(new("EVIDENCE", factor.Name, factor.EffectiveN, least, $"{factor.Name} has {Floor(factor.EffectiveN)} of the {Number(least)} pieces of evidence it needs, weighted by age."));
        }

        var days = options.DaysFor(wanted);
        foreach (var factor in factors.Where(f => f.Score is not null && f.Days < days))
        {
            needs.Add(new("DAYS", factor.Name, factor.Days, days, $"{factor.Name} has evidence of {factor.Days} of the {days} UTC days it needs."));
        }

        var threshold = options.ScoreFor(wanted);
        if (score is not { } have || have < threshold) needs.Add(new("SCORE", null, score, threshold, $"The score must reach {Number(threshold)}; it is {(score is { } s ? Floor(s) : "not known")}."));
        return needs.ToImmutable();
    }

    /// <summary>Whether a tier needs a factor to be known. A bot that states no confidence can do without the quality of its decisions up to LIMITED.</summary>
    private static bool Needs(string factor, AutonomyTier tier, bool statesConfidence) =>
        statesConfidence || factor != FactorPolicy.DecisionQuality || tier > AutonomyTier.Limited;

    // Rounded down: what is not there yet must not read as if it were.
    private static string Floor(double? value) => Number(Math.Floor((value ?? 0) * 10) / 10);

    private static string Number(double? value) => (value ?? 0).ToString("0.#", CultureInfo.InvariantCulture);
}
