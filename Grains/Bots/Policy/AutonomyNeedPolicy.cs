using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>What a bot still needs for its next tier.</summary>
internal static class AutonomyNeedPolicy
{
    private const string Person = "PERSON";

    /// <param name="next">Null at the highest tier.</param>
    /// <param name="reading">Null when the evidence could not be read.</param>
    public static IEnumerable<AutonomyNeed> Needs(AutonomyTier? next, AutonomyReading? reading, AutonomyStatus standing, AutonomyOptions options, bool statesConfidence)
    {
        if (next is not { } tier) yield break;
        if (reading is null)
        {
            yield return new("DATA_UNAVAILABLE", null, null, null, "The bot's evidence could not be read.");
            yield break;
        }

        if (reading.NewestViolation is { } violation && (standing.LastViolation is null || violation.At > standing.LastViolation))
        {
            yield return new("VIOLATION", FactorPolicy.Discipline, null, null, $"It broke the rule {violation.Rule}: its tier falls with the next evaluation.");
        }

        foreach (var need in TierPolicy.NeedsFor(tier, reading.Factors, reading.Score, options, statesConfidence)) yield return need;
        var (held, needed) = (standing.Held, options.HoldEvaluations);
        if (held < needed) yield return new("HOLD", null, held, needed, $"The evidence must be enough in {needed} evaluations in a row; so far it was in {held}.");
        if (TierPolicy.NeedsPerson(tier)) yield return new(Person, null, null, null, "An operator must confirm the step into a tier that may trade LIVE.");
    }

    /// <summary>What no person can give.</summary>
    public static AutonomyNeed[] WithoutPerson(IEnumerable<AutonomyNeed> needs) => [.. needs.Where(n => n.Code != Person)];
}
