using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Live;

/// <summary>Rounds: everything is read once a second while somebody watches, and the list of bots also when the gate has changed.</summary>
internal sealed partial class LiveFeed
{
    /// <summary>A long list of bots is read so seldom that it takes no more than this part of the time.</summary>
    private const int BotsShare = 20;

    private readonly SemaphoreSlim _oneRound = new(1, 1);
    private TaskCompletionSource _roundSoon = NewSignal();
    private long? _roundAt;
    private long? _botsAt;
    private TimeSpan _botsTook;

    /// <summary>Waits until what is held was read within the last moments: whoever begins to watch gets no leftovers.</summary>
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
        await Task.WhenAll(all ? ReadProvidersAsync() : Task.CompletedTask, ReadBotsAsync(all));
        if (all) _roundAt = startedAt;
        _system.Look();
        TellAll();
    }

    private async Task ReadProvidersAsync()
    {
        try
        {
            var read = await _cluster.ProvidersAsync();
            foreach (var (provider, status) in read) _rows.Offer(provider, status);
            foreach (var gone in _catalogue.Providers.ExceptBy(read.Select(row => row.Provider.Id), provider => provider.Id)) _rows.Withdraw(gone.Id);
        }
        catch (Exception)
        {
            foreach (var provider in _catalogue.Providers) _rows.Offer(provider, status: null);
        }
    }

    private async Task ReadBotsAsync(bool all)
    {
        if (all && _botsAt is { } at && _time.GetElapsedTime(at) < _botsTook * BotsShare)
        {
            await CountBotsAsync();
            return;
        }

        var startedAt = _time.GetTimestamp();
        try
        {
            var bots = await _cluster.BotsAsync();
            _rows.Offer(bots);
            TakeCounts(BotCountsReading.Of(bots, _time.GetUtcNow()));
        }
        catch (Exception e)
        {
            TakeCounts(new BotCountsReading(Value: null, Failures.CodeOf(e), _time.GetUtcNow()));
        }

        _botsAt = startedAt;
        _botsTook = _time.GetElapsedTime(startedAt);
    }

    private async Task CountBotsAsync()
    {
        try
        {
            TakeCounts(new BotCountsReading(await _cluster.BotCountsAsync(), Failure: null, _time.GetUtcNow()));
        }
        catch (Exception e)
        {
            TakeCounts(new BotCountsReading(Value: null, Failures.CodeOf(e), _time.GetUtcNow()));
        }
    }

    private void TakeCounts(BotCountsReading counts)
    {
        _system.Count(counts);
        _rows.BotsReadable(counts.Failure);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
