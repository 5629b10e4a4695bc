using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots;

/// <summary>Refusals on their way to the bot's no-trades, in order. The answer to an order waits for the store a moment only;
/// what is not written then is tried again until it is, and what had to be given up is counted and logged.</summary>
internal sealed partial class RefusalJournal(string botId, BotTraces traces, TimeProvider time, ILogger logger)
{
    public const int MaxWaiting = 10_000;
    private const int MaxPerWrite = 500;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly List<NoTradeTrace> _waiting = [];
    private Task _writing = Task.CompletedTask;
    private bool _stopped;

    /// <summary>Refusals that are not on disk yet.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Takes the refusal, and waits until it is on disk or the moment is over.</summary>
    public async Task AddAsync(NoTradeTrace refusal)
    {
        if (_waiting.Count >= MaxWaiting)
        {
            LogLost(logger, botId, 1);
            return;
        }

        _waiting.Add(refusal);
        if (_writing.IsCompleted) _writing = WriteAllAsync();
        await Task.WhenAny(_writing, Task.Delay(s_patience, time));
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
