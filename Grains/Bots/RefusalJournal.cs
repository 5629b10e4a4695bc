using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Bots.Traces.Policy;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots;

/// <summary>Refusals on their way to the bot's no-trades, in order. The answer to an order waits for the store only briefly. Later writes are
/// retried. Entries that had to be dropped are counted and logged.</summary>
internal sealed partial class RefusalJournal(string botId, BotTraces traces, TimeProvider time, ILogger logger)
{
    public const int MaxWaiting = 10_000;
    private const int MaxPerWrite = 500;
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private const int MaxRemembered = 1_000;
    private static readonly TimeSpan s_sameWithin = TimeSpan.FromMinutes(1);
    private readonly List<NoTradeTrace> _waiting = [];
    private readonly Dictionary<string, (string Id, long Timestamp)> _latest = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;
    private bool _stopped;

    /// <summary>Refusals that are not on disk yet.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Takes the refusal, and waits until it is on disk or the moment is over. The same within a minute is the one that was taken before.</summary>
    /// <returns>The id under which it is recorded.</returns>
    public async Task<string> AddAsync(NoTradeTrace refusal)
    {
        var key = NoTradeFold.Key(refusal);
        if (_latest.TryGetValue(key, out var same) && time.GetElapsedTime(same.Timestamp) < s_sameWithin) return same.Id;
        if (_waiting.Count >= MaxWaiting)
        {
            LogLost(logger, botId, 1);
            return refusal.NoTradeId;
        }

        if (_latest.Count >= MaxRemembered) Forget();
        _latest[key] = (refusal.NoTradeId, time.GetTimestamp());
        _waiting.Add(refusal);
        if (_writing.IsCompleted) _writing = WriteAllAsync();
        await Task.WhenAny(_writing, Task.Delay(s_timeout, time));
        return refusal.NoTradeId;
    }

    private void Forget()
    {
        foreach (var key in _latest.Where(l => time.GetElapsedTime(l.Value.Timestamp) >= s_sameWithin).Select(l => l.Key).ToArray()) _latest.Remove(key);
        if (_latest.Count >= MaxRemembered) _latest.Clear();
    }

    /// <summary>The last chance, when the bot is let go.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        if (_waiting.Count == 0) return;
        var left = _waiting.ToImmutableArray();
        try
        {
            var receipt = await traces.RecordAsync(botId, left).WaitAsync(s_retry, time, cancellationToken);
            if (receipt.Code is not null) LogLost(logger, botId, left.Length);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogLost(logger, botId, left.Length);
        }
    }

    private async Task WriteAllAsync()
    {
        while (_waiting.Count > 0 && !_stopped)
        {
            ImmutableArray<NoTradeTrace> some = [.. _waiting.Take(MaxPerWrite)];
            var receipt = await traces.RecordAsync(botId, some);
            if (receipt.Code is null)
            {
                _waiting.RemoveRange(0, some.Length);
                if (!receipt.Rejected.IsEmpty) LogLost(logger, botId, receipt.Rejected.Length);
            }
            else
            {
                await Task.Delay(s_retry, time);
            }
        }
    }

    [LoggerMessage(EventIds.RefusalJournalLost, LogLevel.Error, "Bot {BotId}: {Count} refusals of orders could not be recorded as no-trades and are lost.")]
    private static partial void LogLost(ILogger logger, string botId, int count);
}
