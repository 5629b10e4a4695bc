using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Bots.Traces;

/// <summary>The figures of all bots for listings: one read of the store a second and host at most, and only while somebody asks.
/// A store that does not answer in time delays no caller. The figures are then null and listed in <c>unavailable</c>.</summary>
internal sealed partial class BotFigureBoard(
    IBotActivityStore activity, IOptions<TraceOptions> options, Currencies currencies, TimeProvider time, ILogger<BotFigureBoard> logger)
{
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_window = TimeSpan.FromHours(24);
    private readonly Lock _gate = new();
    private Task<Board>? _reading;
    private long _startedAt;
    private DateTimeOffset? _failingSince;

    /// <summary>A look-up by bot and its currency that never throws.</summary>
    public async Task<Func<string, string?, BotFigures>> ReadAsync()
    {
        var board = await NewestAsync();
        var now = time.GetUtcNow();
        if (board?.Bots is { } bots) return (id, currency) => BotFigures.Of(bots.GetValueOrDefault(id), options.Value, currencies, currency, now);
        var unreadable = BotFigures.Unreadable(_failingSince ??= now);
        return (_, _) => unreadable;
    }

    private async Task<Board?> NewestAsync()
    {
        Task<Board> reading;
        lock (_gate)
        {
            var age = time.GetElapsedTime(_startedAt);
            if (_reading is { IsCompleted: false } && age > s_timeout) return null;
            if (_reading is null || (_reading.IsCompleted && age >= s_keep))
            {
                _startedAt = time.GetTimestamp();

                // On the thread pool: a store that blocks must not hold the turn of the grain that asks.
                _reading = Task.Run(LoadAsync);
            }

            reading = _reading;
        }

        try
        {
            var board = await reading.WaitAsync(s_timeout, time);
            if (board.Bots is not null) _failingSince = null;
            return board;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<Board> LoadAsync()
    {
        try
        {
            return new(await activity.ReadAllAsync(time.GetUtcNow() - s_window, CancellationToken.None));
        }
        catch (Exception e)
        {
            LogNotRead(logger, e);
            return new(null);
        }
    }

    private sealed record Board(ImmutableDictionary<string, BotActivity>? Bots);

    [LoggerMessage(EventIds.BotFigureBoardNotRead, LogLevel.Warning, "The figures of the bots could not be read.")]
    private static partial void LogNotRead(ILogger logger, Exception exception);
}
