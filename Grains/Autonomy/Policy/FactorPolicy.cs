using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Autonomy.Policy;

/// <summary>The factors of a score, each with the words that explain it.</summary>
internal static class FactorPolicy
{
    public const string DataReliability = "data_reliability";
    public const string ExecutionHealth = "execution_health";
    public const string Discipline = "discipline";
    public const string DecisionQuality = "decision_quality";
    public const string SupervisorTrust = "supervisor_trust";
    private const string Bound = "lower Wilson bound at 95 % of the share, each observation weighted 2^(-age / half-life)";

    /// <param name="statesConfidence">False for a bot that has no quality of decisions.</param>
    /// <param name="changedAt">When the strategy, the model or another part of the configuration changed last.</param>
    public static ImmutableArray<AutonomyFactor> Evaluate(AutonomyEvidence evidence, AutonomyOptions options, DateTimeOffset now, DateTimeOffset? changedAt, bool statesConfidence = true)
    {
        var window = Window(options);
        return
        [
            Data(evidence, options, now, window),
            Execution(evidence, options, now, window, changedAt),
            OfDiscipline(evidence, options, now, window, changedAt),
            statesConfidence ? Quality(evidence, options, window, changedAt) : NoQuality(options, window),
            Trust(evidence, options, now, window),
        ];
    }

    /// <summary>The factors when nothing could be read.</summary>
    public static ImmutableArray<AutonomyFactor> Unread(AutonomyOptions options) =>
    [
        .. Weights(options).Select(f => new AutonomyFactor(f.Name, null, f.Weight, null, Window(options), "The evidence could not be read.", "")),
    ];

    private static IEnumerable<(string Name, double Weight)> Weights(AutonomyOptions o) =>
    [
        (DataReliability, o.DataReliabilityWeight), (ExecutionHealth, o.ExecutionHealthWeight), (Discipline, o.DisciplineWeight),
        (DecisionQuality, o.DecisionQualityWeight), (SupervisorTrust, o.SupervisorTrustWeight),
    ];

    private static AutonomyFactor Data(AutonomyEvidence evidence, AutonomyOptions o, DateTimeOffset now, string window)
    {
        var calls = DecayedShare.Of(evidence.Calls, now, o.HalfLifeSeconds);
        return new(
            DataReliability, Known(calls, o), o.DataReliabilityWeight, calls.EffectiveN, window, $"{calls.Good} of {calls.Total} calls to providers ended well, in hours in which the runner was seen.", Bound, Days(evidence.Calls));
    }

    private static AutonomyFactor Execution(AutonomyEvidence evidence, AutonomyOptions o, DateTimeOffset now, string window, DateTimeOffset? changedAt)
    {
        var orders = DecayedShare.Of(evidence.Orders, now, o.HalfLifeSeconds, changedAt, o.AfterChange);
        return new(
            ExecutionHealth,
            Known(orders, o),
            o.ExecutionHealthWeight,
            orders.EffectiveN,
            window,
            $"{orders.Good} filled by trades of {orders.Total} granted orders that ended and cycles broken off.",
            Bound + Changed(o, changedAt),
            Days(evidence.Orders));
    }

    private static AutonomyFactor OfDiscipline(AutonomyEvidence evidence, AutonomyOptions o, DateTimeOffset now, string window, DateTimeOffset? changedAt)
    {
        var acts = DecayedShare.Of(evidence.Acts, now, o.HalfLifeSeconds, changedAt, o.AfterChange);
        var kept = evidence.Violations.Aggregate(1d, (left, v) => left * (1 - (o.ViolationCost * DecayedShare.Weight(v.At, now, o.HalfLifeSeconds))));

        // A violation is known however little else is.
        var score = Known(acts, o) is { } share ? share * kept : evidence.Violations.IsEmpty ? (double?)null : acts.LowerBound() * kept;
        return new(
            Discipline,
            score,
            o.DisciplineWeight,
            acts.EffectiveN,
            window,
            $"{acts.Good} of {acts.Total} filled and refused orders within the rules; {evidence.Violations.Length} violations{Rules(evidence)}.",
            $"{Bound}, times 1 - {Number(o.ViolationCost)} x 2^(-age / half-life) for each violation{Changed(o, changedAt)}",
            Days(evidence.Acts));
    }

    private static AutonomyFactor Quality(AutonomyEvidence evidence, AutonomyOptions o, string window, DateTimeOffset? changedAt)
    {
        var resolved = evidence.Resolved.Where(r => changedAt is null || r.At >= changedAt).ToArray();
        var formula = "0.5 + Brier skill, within 0 to 1; skill = 1 - (mean of (confidence - outcome)^2) / 0.25, which says 0 for always 50 %; "
            + $"the outcome is 1 when the trade ended with a gain; over {o.LeastResolved} resolved decisions of this configuration or more";
        if (resolved.Length < o.LeastResolved)
        {
            return new(DecisionQuality, null, o.DecisionQualityWeight, resolved.Length, window, $"{resolved.Length} of {o.LeastResolved} resolved decisions with a stated confidence.", formula, Days(resolved));
        }

        var brier = resolved.Average(r => Math.Pow(Math.Clamp(r.Confidence, 0, 1) - (r.Won ? 1 : 0), 2));
        return new(
            DecisionQuality,
            Math.Clamp(1.5 - (brier / 0.25), 0, 1),
            o.DecisionQualityWeight,
            resolved.Length,
            window,
            $"{resolved.Count(r => r.Won)} of {resolved.Length} resolved decisions won; Brier score {Number(brier)}.",
            formula,
            Days(resolved));
    }

    private static AutonomyFactor NoQuality(AutonomyOptions o, string window) =>
        new(DecisionQuality, null, o.DecisionQualityWeight, null, window, "The decisions of this bot state no confidence, as its registration says.", "");

    private static AutonomyFactor Trust(AutonomyEvidence evidence, AutonomyOptions o, DateTimeOffset now, string window)
    {
        var beats = DecayedShare.Of(evidence.Heartbeats, now, o.HalfLifeSeconds);
        var cycles = DecayedShare.Of(evidence.Cycles, now, o.HalfLifeSeconds);
        var calm = evidence.Interventions.Aggregate(1d, (left, at) => left * (1 - (0.1 * DecayedShare.Weight(at, now, o.HalfLifeSeconds))));
        var known = Known(beats, o) is not null && Known(cycles, o) is not null;
        return new(
            SupervisorTrust,
            known ? Math.Min(beats.LowerBound(), cycles.LowerBound()) * calm : null,
            o.SupervisorTrustWeight,
            Math.Min(beats.EffectiveN, cycles.EffectiveN),
            window,
            $"{beats.Good} of {beats.Total} heartbeats in time, one an interval; {cycles.Good} of {cycles.Total} cycles with a complete trace; {evidence.Interventions.Length} human interventions.",
            $"the smaller of the two shares' bounds ({Bound}), times 1 - 0.1 x 2^(-age / half-life) for each intervention",
            Math.Min(Days(evidence.Heartbeats), Days(evidence.Cycles)));
    }

    private static int Days(ImmutableArray<EvidenceBucket> buckets) => buckets.Where(b => b.Total > 0).Select(b => b.At.UtcDateTime.Date).Distinct().Count();

    private static int Days(IEnumerable<ResolvedDecision> resolved) => resolved.Select(r => r.At.UtcDateTime.Date).Distinct().Count();

    private static string Rules(AutonomyEvidence evidence) =>
        evidence.Violations.IsEmpty ? "" : $" ({string.Join(", ", evidence.Violations.Select(v => v.Rule).Distinct().Order(StringComparer.Ordinal))})";

    private static double? Known(DecayedShare share, AutonomyOptions o) => share.EffectiveN >= o.LeastEvidence ? share.LowerBound() : null;

    private static string Changed(AutonomyOptions o, DateTimeOffset? changedAt) =>
        changedAt is null ? "" : $"; evidence from before the last change of the configuration counts {Number(o.AfterChange)}";

    private static string Window(AutonomyOptions o) => $"{Span(o.WindowSeconds)}, half-life {Span(o.HalfLifeSeconds)}";

    private static string Span(double seconds) => seconds >= 86_400 ? $"{Number(seconds / 86_400)} d" : seconds >= 3600 ? $"{Number(seconds / 3600)} h" : $"{Number(seconds)} s";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
