using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Policy;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Following: nodes ask, are held for a moment, and get changes or a renewal.</summary>
/// <param name="changed">Pulsed with every publication, and at shutdown.</param>
internal sealed partial class GateFollowing(
    GateContext context,
    NodeAgreement agreement,
    GateDecision decision,
    GateTerm term,
    StoreDoubt doubt,
    NodeLedger nodes,
    BotLedger bots,
    GateAcknowledgements acknowledgements,
    GateSignal changed)
{
    private static readonly TimeSpan s_shortestHold = TimeSpan.FromMilliseconds(20);

    /// <summary>Nodes that were answered already; only for the log.</summary>
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    /// <param name="stopping">True while the host stops: then no request is held open.</param>
    public async Task<GateUpdate> WaitForChangeAsync(GateFollowRequest request, bool stopping)
    {
        // It has no lease of this gate, so nothing has to wait for it.
        if (AgreementPolicy.Evaluate(agreement.Current, request.Configuration) is not GateRefusal.None and var refusal)
        {
            if (_refused.Add(request.Node)) LogRefused(context.Logger, request.Node, refusal);
            return new GateUpdate(decision.Position, 0, null, BotsComplete: false, [], refusal);
        }

        if (request.Store is { } knowledge && doubt.Hear(request.Node, knowledge)) decision.EvaluateNow();
        nodes.Heard(request.Node, request.Known, request.HostsGrains);
        acknowledgements.Pulse();
        var hold = TimeSpan.FromMilliseconds(Math.Clamp(request.HoldMs, 0, (int)context.Options.Hold.TotalMilliseconds));

        // Near the end of the evidence nodes are answered sooner, so that they know the reason when it closes.
        if (decision.EvidenceLeft / 4 < hold) hold = decision.EvidenceLeft / 4 < s_shortestHold ? s_shortestHold : decision.EvidenceLeft / 4;
        if (request.Known == decision.Position && hold > TimeSpan.Zero && !stopping)
        {
            try
            {
                await changed.Next.WaitAsync(hold, context.Time);
            }
            catch (TimeoutException)
            {
                // Nothing changed: a renewal.
            }
        }

        if (decision.Published.Status != SystemStatus.Blocked && decision.EvidenceLeft <= TimeSpan.Zero) decision.EvaluateNow();
        var validFor = AnswerValidFor();
        nodes.Answered(request.Node, validFor);
        var (complete, entries) = bots.Since(request.Known.Bots, request.Known.Epoch == decision.Published.Epoch);
        return new GateUpdate(decision.Position, (long)validFor.TotalMilliseconds, decision.Published, complete, entries);
    }

    /// <summary>The lease, but never longer than what the answer rests on: the store's renewal and the evidence.
    /// A closed answer rests on nothing.</summary>
    private TimeSpan AnswerValidFor()
    {
        var valid = context.Options.Lease;
        if (decision.Published.Status == SystemStatus.Blocked) return valid;
        if (term.Left < valid) valid = term.Left;
        if (decision.EvidenceLeft < valid) valid = decision.EvidenceLeft;
        return valid < TimeSpan.Zero ? TimeSpan.Zero : valid;
    }

    [LoggerMessage(EventIds.SystemGateRefused, LogLevel.Error, "Node {Node} differs from this gate ({Refusal}). It stays closed until it agrees.")]
    private static partial void LogRefused(ILogger logger, string node, GateRefusal refusal);
}
