using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Postgres;

internal static partial class PostgresLog
{
    [LoggerMessage(4200, LogLevel.Information, "PostgreSQL store opened at {Place}, schema version {Version}")]
    public static partial void StoreOpened(this ILogger logger, string place, long version);

    [LoggerMessage(4201, LogLevel.Error, "PostgreSQL is out of reach: {Problem} ({Code})")]
    public static partial void OutOfReach(this ILogger logger, string problem, string code);

    [LoggerMessage(4202, LogLevel.Information, "PostgreSQL answers again after {Seconds} s")]
    public static partial void AnswersAgain(this ILogger logger, double seconds);

    [LoggerMessage(4203, LogLevel.Warning, "An operation of the PostgreSQL store failed: {Problem} ({Code})")]
    public static partial void OperationFailed(this ILogger logger, string problem, string code);

    [LoggerMessage(4204, LogLevel.Warning, "The PostgreSQL store closed before every usage event queued was written")]
    public static partial void DrainTimedOut(this ILogger logger);

    [LoggerMessage(4205, LogLevel.Warning, "PostgreSQL at {Place} can't be had yet: {Problem} Trying again for {Seconds} s")]
    public static partial void WaitingForServer(this ILogger logger, string place, string problem, double seconds);

    [LoggerMessage(4206, LogLevel.Information, "A commit whose answer was lost is settled: {Outcome}")]
    public static partial void CommitSettled(this ILogger logger, string outcome);
}
