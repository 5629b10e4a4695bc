using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Policy;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Following: nodes ask, are held for a moment, and get changes or a renewal.</summary>
internal sealed partial class SystemGateGrain
{
    private static readonly TimeSpan s_shortestHold = TimeSpan.FromMilliseconds(20);

    /// <summary>Nodes that were told already; only for the log.</summary>
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    public async Task<GateUpdate> WaitForChange(GateFollowRequest request)
    {
        TakeSuspension();

        // It holds no lease of this gate, so nobody has to wait for it either.
        if (AgreementPolicy.Evaluate(_agreement.Current, request.Configuration) is not GateRefusal.None and var refusal)
        {
            if (_refused.Add(request.Node)) LogRefused(_logger, request.Node, refusal);
            return new GateUpdate(Position, 0, null, BotsComplete: false, [], refusal);
        }

        if (request.Store is { } knowledge && _doubt.Hear(request.Node, knowledge)) EvaluateNow();
        _nodes.Heard(request.Node, request.Known, request.HostsGrains);
        _acknowledged.Pulse();
        var hold = TimeSpan.FromMilliseconds(Math.Clamp(request.HoldMs, 0, (int)_options.Hold.TotalMilliseconds));

        // Near the end of the evidence nodes are answered ever sooner, so that they hear why it closes when it does.
        if (EvidenceLeft / 4 < hold) hold = EvidenceLeft / 4 < s_shortestHold ? s_shortestHold : EvidenceLeft / 4;
        var stopping = _lifetime?.ApplicationStopping.IsCancellationRequested ?? false;
        if (request.Known == Position && hold > TimeSpan.Zero && !stopping)
        {
            try
            {
                await _changed.Next.WaitAsync(hold, _time);
            }
            catch (TimeoutException)
            {
                // Nothing changed: a renewal.
            }
        }

        if (_published.Status != SystemStatus.Blocked && EvidenceLeft <= TimeSpan.Zero) EvaluateNow();
        var validFor = AnswerValidFor();
        _nodes.Answered(request.Node, validFor);
        var (complete, bots) = _bots.Since(request.Known.Bots, request.Known.Epoch == _published.Epoch);
        return new GateUpdate(Position, (long)validFor.TotalMilliseconds, _published, complete, bots);
    }

    public async Task<Acknowledgements> WaitForAcknowledgement(GatePosition position)
    {
        while (true)
        {
            var (count, wait) = _nodes.Acknowledged(position);
            if (wait <= TimeSpan.Zero || _term.IsShutOut)
            {
                _term.MustBeInOffice(position);
                return count;
            }

            try
            {
                await _acknowledged.Next.WaitAsync(wait, _time);
            }
            catch (TimeoutException)
            {
                // The slowest node's lease has ended; look again.
            }
        }
    }

    private readonly GateSignal _acknowledged = new();

    /// <summary>The lease, but never longer than what the answer rests on: the store's renewal and the evidence.
    /// A closed answer rests on nothing.</summary>
    private TimeSpan AnswerValidFor()
    {
        if (_published.Status == SystemStatus.Blocked) return _options.Lease;
        var valid = _options.Lease;
        if (_term.Left < valid) valid = _term.Left;
        if (EvidenceLeft < valid) valid = EvidenceLeft;
        return valid < TimeSpan.Zero ? TimeSpan.Zero : valid;
    }

    [LoggerMessage(EventIds.SystemGateRefused, LogLevel.Error, "Node {Node} does not agree with this gate ({Refusal}): it stays closed until it does.")]
    private static partial void LogRefused(ILogger logger, string node, GateRefusal refusal);
}
