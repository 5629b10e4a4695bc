namespace ControlPlane.Api.Live;

/// <summary>Rounds: everything is read once a second while somebody watches, and the list of bots also when the gate has changed.</summary>
internal sealed partial class LiveFeed
{
    private readonly SemaphoreSlim _oneRound = new(1, 1);
    private TaskCompletionSource _roundSoon = NewSignal();
    private long? _roundAt;

    /// <summary>Waits until the rows were read recently, so that a new client gets no old values.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        if (IsRecent()) return;
        await _oneRound.WaitAsync(cancellationToken);
        try
        {
            if (!IsRecent()) await RoundAsync(all: true);
        }
        finally
        {
            _oneRound.Release();
        }
    }

    private bool IsRecent() => _roundAt is { } at && _time.GetElapsedTime(at) < 2 * s_round;

    private void RoundSoon() => Volatile.Read(ref _roundSoon).TrySetResult();

    private async Task RoundsAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _subscribers.AnyAsync(stoppingToken);
            await _oneRound.WaitAsync(stoppingToken);
            try
            {
                await RoundAsync(all: _roundAt is not { } at || _time.GetElapsedTime(at) >= s_round);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(_logger, "round", e);
            }
            finally
            {
                _oneRound.Release();
            }

            await Task.Delay(_times.Coalesce, _time, stoppingToken);
            await WaitForNextAsync(stoppingToken);
        }
    }

    private async Task WaitForNextAsync(CancellationToken stoppingToken)
    {
        var rest = s_round - _times.Coalesce;
        try
        {
            if (rest > TimeSpan.Zero) await Volatile.Read(ref _roundSoon).Task.WaitAsync(rest, _time, stoppingToken);
        }
        catch (TimeoutException)
        {
            // Nobody was in a hurry.
        }

        Volatile.Write(ref _roundSoon, NewSignal());
    }

    private async Task RoundAsync(bool all)
    {
        var startedAt = _time.GetTimestamp();
        await _reader.RoundAsync(all);
        if (all) _roundAt = startedAt;
        _system.Look();
        PublishAll();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
