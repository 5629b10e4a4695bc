using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots;

/// <summary>The log messages of a bot.</summary>
internal static partial class BotLog
{
    [LoggerMessage(EventIds.BotTier, LogLevel.Warning, "Bot {BotId}: tier {From} -> {To}.")]
    public static partial void LogTier(ILogger logger, string botId, AutonomyTier from, AutonomyTier to);

    [LoggerMessage(EventIds.BotGateNotTold, LogLevel.Warning, "Reporting bot {BotId} to the gate failed.")]
    public static partial void LogGateNotPublished(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotDirectoryNotTold, LogLevel.Warning, "Reporting bot {BotId} to the directory failed.")]
    public static partial void LogDirectoryNotPublished(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotGranted, LogLevel.Information, "Bot {BotId}: lease granted under epoch {LeaseEpoch}, trace {StartTraceId}.")]
    public static partial void LogGranted(ILogger logger, string botId, long leaseEpoch, string startTraceId);

    [LoggerMessage(EventIds.BotDenied, LogLevel.Information, "Bot {BotId}: start denied, {Code}, trace {StartTraceId}.")]
    public static partial void LogDenied(ILogger logger, string botId, string code, string startTraceId);

    [LoggerMessage(EventIds.BotAlive, LogLevel.Information, "Bot {BotId}: its runner is alive under epoch {LeaseEpoch}.")]
    public static partial void LogAlive(ILogger logger, string botId, long leaseEpoch);

    [LoggerMessage(EventIds.BotLeaseResumed, LogLevel.Information, "Bot {BotId}: the lease under epoch {LeaseEpoch} continues on this silo for {LeftMs} ms.")]
    public static partial void LogResumed(ILogger logger, string botId, long leaseEpoch, long leftMs);

    [LoggerMessage(EventIds.BotExpired, LogLevel.Warning, "Bot {BotId}: the lease under epoch {LeaseEpoch} ran out (never came alive: {NeverAlive}).")]
    public static partial void LogExpired(ILogger logger, string botId, long leaseEpoch, bool neverAlive);

    [LoggerMessage(EventIds.BotLiveNotWritten, LogLevel.Error, "Bot {BotId}: LIVE {Word} could not be written.")]
    public static partial void LogLiveNotWritten(ILogger logger, string botId, string word, Exception exception);

    [LoggerMessage(EventIds.BotMarksUnread, LogLevel.Error, "Bot {BotId}: the prices of other bots could not be read; its order was refused.")]
    public static partial void LogMarksUnread(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotDeleted, LogLevel.Warning, "Bot {BotId} was deleted.")]
    public static partial void LogDeleted(ILogger logger, string botId);

    [LoggerMessage(EventIds.BotNotDeleted, LogLevel.Error, "Bot {BotId} was deleted, but the directory of bots could not be updated.")]
    public static partial void LogNotUnlisted(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotStartPaced, LogLevel.Warning, "Bot {BotId}: its runner restarts over and over; a start must wait {WaitSeconds} s, trace {StartTraceId}.")]
    public static partial void LogPaced(ILogger logger, string botId, int waitSeconds, string startTraceId);

    [LoggerMessage(EventIds.BotHoldingUnread, LogLevel.Warning, "Bot {BotId}: whether it holds a position could not be read; it counts as holding one.")]
    public static partial void LogHoldingUnread(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotRunnerNotRecorded, LogLevel.Warning, "Bot {BotId}: a change of its runner or its kill switch could not be recorded.")]
    public static partial void LogRunnerNotWritten(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotNotWritten, LogLevel.Error, "Bot {BotId} could not be written.")]
    public static partial void LogNotWritten(ILogger logger, string botId, Exception exception);
}
