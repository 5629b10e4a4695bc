using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage.Policy;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Grains.Integrations;

/// <summary>Lost use: kept on disk, for figures without it must not look whole after a restart either.</summary>
internal sealed partial class ProviderGrain
{
    private const int RememberedLosses = 256;
    private readonly IPersistentState<ProviderLossState> _losses;
    private readonly Queue<Guid> _lossIds = new();
    private Task _lossWritten = Task.CompletedTask;
    private bool _lossUnwritten;

    public async Task UsageLost(UsageLoss loss)
    {
        if (_definition is null) return;
        if (!_lossIds.Contains(loss.LossId))
        {
            _lossIds.Enqueue(loss.LossId);
            if (_lossIds.Count > RememberedLosses) _lossIds.Dequeue();
            Take(loss);
            _lossUnwritten = true;
            _sequence++;
            TellGate();
            LogUsageLost(_logger, Id, loss.Events);
        }

        await WriteLossAsync();
    }

    private void Take(UsageLoss loss)
    {
        var now = _time.GetUtcNow();
        var state = _losses.State;
        var standing = StandingLoss(now) is not null;
        state.Since = standing ? state.Since : now;
        state.Events = loss.Events + (standing ? state.Events : 0);

        // An event of the future can't hold the figures back for longer than one of this moment.
        var lastAt = loss.LastAt < now ? loss.LastAt : now;
        state.LastAt = state.LastAt > lastAt ? state.LastAt : lastAt;
    }

    private LostUse? StandingLoss(DateTimeOffset now) =>
        _losses.State is { LastAt: { } lastAt, Since: { } since } && lastAt > now.AddSeconds(-_usage.LossSeconds) ? new(since, lastAt) : null;

    private Reason? TelemetryLost()
    {
        var name = _definition!.Name;
        if (StandingLoss(_time.GetUtcNow()) is { } loss)
        {
            return new(Codes.TelemetryLost, Severity.Degraded, $"Recorded use of {name} was lost before it could be stored; its figures are not whole.", "Look at the logs of the programs that use it. The figures come back by themselves when they no longer reach back to the loss.", loss.Since);
        }

        return _usageLostSince is { } since
            ? new(Codes.DataUnavailable, Severity.Degraded, $"Use of {name} cannot be counted: the store has not been read.", "Look at the store.", since)
            : null;
    }

    /// <summary>One write at a time, as all of them have the same version to replace.</summary>
    private async Task WriteLossAsync()
    {
        while (!_lossWritten.IsCompleted) await _lossWritten.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!_lossUnwritten) return;
        _lossWritten = WriteAsync();
        await _lossWritten;

        async Task WriteAsync()
        {
            var (events, since, lastAt) = (_losses.State.Events, _losses.State.Since, _losses.State.LastAt);
            try
            {
                _lossUnwritten = false;
                await _losses.WriteStateAsync();
            }
            catch (Exception e)
            {
                // Its outcome is unknown: take the version that is there, and keep what is known here.
                _lossUnwritten = true;
                if (e is InconsistentStateException)
                {
                    await _losses.ReadStateAsync();
                    (_losses.State.Events, _losses.State.Since, _losses.State.LastAt) = (events, since, lastAt);
                }

                throw;
            }
        }
    }

    [LoggerMessage(EventIds.ProviderUsageLost, LogLevel.Error, "{Count} usage events of {Provider} were lost; its figures are not whole.")]
    private static partial void LogUsageLost(ILogger logger, string provider, long count);
}
