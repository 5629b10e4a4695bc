using System.Text.Json;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>The recorded decision at a past moment. In doubt there was none: a crash leaves its last decision in the record, and no gate renewed it
/// afterwards.</summary>
internal static class PastDecisionPolicy
{
    public static string Write(GateSnapshot decision) => JsonSerializer.Serialize(decision);

    /// <exception cref="JsonException">Another version wrote it, or somebody changed it.</exception>
    public static GateSnapshot Read(GateTransition transition) =>
        JsonSerializer.Deserialize<GateSnapshot>(transition.Decision!) ?? throw new JsonException();

    /// <param name="recorded">The last transition with a decision at or before <paramref name="at"/>.</param>
    /// <param name="presence">The stretch of presence that began last at or before <paramref name="at"/>.</param>
    /// <returns>Null when the record does not reach back so far.</returns>
    public static PastDecision? Evaluate(GateTransition? recorded, GatePresence? presence, DateTimeOffset at)
    {
        if (recorded is null) return null;
        var decision = Read(recorded);
        var present = presence is not null && presence.Epoch == decision.Epoch && at <= presence.Until;

        // The gate went on deciding while its store was away, and wrote it later: such a decision closes, so it may be shown.
        var closedSince = decision.Status == SystemStatus.Blocked
            && (presence is null || decision.Epoch > presence.Epoch || recorded.At > presence.Until);
        return present || closedSince
            ? new(decision, Stood: true, recorded.At)
            : new(decision, Stood: false, presence is not null && presence.Until > recorded.At && presence.Until < at ? presence.Until : recorded.At);
    }
}
