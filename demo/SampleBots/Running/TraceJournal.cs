using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.SampleBots.Running;

/// <summary>Traces that are to be recorded. They stay here until the control plane has said that they are on disk; ids make a second
/// telling harmless. A bot that can't explain itself must not trade: see <see cref="IsClear"/>.</summary>
internal sealed partial class TraceJournal(string botId, IBotGrain bot, ILogger<TraceJournal> logger)
{
    /// <summary>Cycles and no-trades kept at most; of decisions and trades none is ever given up.</summary>
    private const int Kept = 2_000;

    private readonly List<DecisionTrace> _decisions = [];
    private readonly List<NoTradeTrace> _noTrades = [];
    private readonly List<TradeTrace> _trades = [];
    private readonly List<CycleTrace> _cycles = [];

    /// <summary>True when every decision and trade is on disk.</summary>
    public bool IsClear => _decisions.Count == 0 && _trades.Count == 0;

    public void Add(DecisionTrace decision) => _decisions.Add(decision);

    public void Add(TradeTrace trade) => _trades.Add(trade);

    public void Add(NoTradeTrace noTrade) => AddBounded(_noTrades, noTrade);

    public void Add(CycleTrace cycle) => AddBounded(_cycles, cycle);

    public async Task FlushAsync()
    {
        await FlushAsync(_decisions, traces => bot.RecordDecisions([.. traces]));
        await FlushAsync(_trades, traces => bot.RecordTrades([.. traces]));
        await FlushAsync(_noTrades, traces => bot.RecordNoTrades([.. traces]));
        await FlushAsync(_cycles, traces => bot.RecordCycles([.. traces]));
    }

    private async Task FlushAsync<T>(List<T> waiting, Func<List<T>, Task<TraceReceipt>> record)
    {
        if (waiting.Count == 0) return;
        var told = waiting.ToList();
        try
        {
            var receipt = await record(told);
            if (receipt.Code is not null) return;

            // What was refused for its content would be refused again.
            if (!receipt.Rejected.IsDefaultOrEmpty) LogRejected(logger, botId, receipt.Rejected.Length, typeof(T).Name, receipt.Rejected[0].Code);
            waiting.RemoveRange(0, told.Count);
        }
        catch (Exception e)
        {
            LogNotRecorded(logger, botId, told.Count, typeof(T).Name, e);
        }
    }

    private void AddBounded<T>(List<T> list, T trace)
    {
        list.Add(trace);
        if (list.Count <= Kept) return;
        list.RemoveAt(0);
        LogGivenUp(logger, botId, typeof(T).Name);
    }

    [LoggerMessage(EventIds.TraceJournalRejected, LogLevel.Error, "Sample bot {BotId}: {Count} of {Kind} were refused; the first for {Code}")]
    private static partial void LogRejected(ILogger logger, string botId, int count, string kind, string code);

    [LoggerMessage(EventIds.TraceJournalNotRecorded, LogLevel.Warning, "Sample bot {BotId}: {Count} of {Kind} could not be recorded yet")]
    private static partial void LogNotRecorded(ILogger logger, string botId, int count, string kind, Exception exception);

    [LoggerMessage(EventIds.TraceJournalGivenUp, LogLevel.Error, "Sample bot {BotId}: one {Kind} was given up for want of room")]
    private static partial void LogGivenUp(ILogger logger, string botId, string kind);
}
