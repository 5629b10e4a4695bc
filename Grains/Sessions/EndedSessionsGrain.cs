using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace ControlPlane.Grains.Sessions;

/// <summary>Keeps ended sessions: in memory first, so that it counts at once, then in the store, until it is there.</summary>
internal sealed partial class EndedSessionsGrain(
    [PersistentState("ended-sessions", StateNames.Provider)] IPersistentState<EndedSessionsState> state,
    TimeProvider time,
    ILogger<EndedSessionsGrain> logger) : Grain, IEndedSessionsGrain
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, DateTimeOffset> _unwritten = new(StringComparer.Ordinal);
    private bool _stateUnknown;
    private DateTimeOffset _allUpTo;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(RetryAsync, new GrainTimerCreationOptions(s_retry, s_retry));
        return Task.CompletedTask;
    }

    public Task<bool> IsEnded(string sessionId, DateTimeOffset expiresAt) => Task.FromResult(
        expiresAt <= _allUpTo || expiresAt <= state.State.AllUpTo || _unwritten.ContainsKey(sessionId) || state.State.Ended.ContainsKey(sessionId));

    public async Task<bool> EndAll(DateTimeOffset expiresUpTo)
    {
        if (expiresUpTo > _allUpTo) _allUpTo = expiresUpTo;
        return await TryWriteAsync() || await TryWriteAsync();
    }

    public async Task<bool> End(string sessionId, DateTimeOffset expiresAt)
    {
        _unwritten[sessionId] = expiresAt;
        return await TryWriteAsync();
    }

    private Task RetryAsync(CancellationToken cancellationToken)
    {
        if (_unwritten.Count == 0) return Task.CompletedTask;
        DelayDeactivation(TimeSpan.FromMinutes(1));
        return TryWriteAsync();
    }

    private async Task<bool> TryWriteAsync()
    {
        var written = state.State;
        try
        {
            // A write that failed may have gone through all the same.
            if (_stateUnknown)
            {
                await state.ReadStateAsync();
                _stateUnknown = false;
                written = state.State;
            }

            var (now, batch) = (time.GetUtcNow(), _unwritten.ToArray());
            var kept = written.Ended.Concat(batch).Where(session => session.Value > now).DistinctBy(session => session.Key);
            state.State = new EndedSessionsState { AllUpTo = _allUpTo > written.AllUpTo ? _allUpTo : written.AllUpTo, Ended = new(kept, StringComparer.Ordinal) };
            await state.WriteStateAsync();
            foreach (var (id, _) in batch) _unwritten.Remove(id);
            return true;
        }
        catch (Exception exception)
        {
            LogUnwritten(logger, _unwritten.Count, exception);
            state.State = written;
            _stateUnknown = true;

            // Another activation writes too: what is known here goes on counting until this one ends, and the other has its own.
            if (exception is InconsistentStateException) LogTwice(logger);
            return false;
        }
    }

    [LoggerMessage(EventIds.EndedSessionsUnwritten, LogLevel.Error, "{Count} ended sessions could not be written. They are ended while this silo runs. Trying again.")]
    private static partial void LogUnwritten(ILogger logger, int count, Exception exception);

    [LoggerMessage(EventIds.EndedSessionsTwice, LogLevel.Warning, "The ended sessions were written by another activation; they are read again.")]
    private static partial void LogTwice(ILogger logger);
}
