using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Postgres;

internal static partial class PostgresLog
{
    [LoggerMessage(EventIds.PostgresStoreOpened, LogLevel.Information, "PostgreSQL store opened at {Place}, schema version {Version}")]
    public static partial void StoreOpened(this ILogger logger, string place, long version);

    [LoggerMessage(EventIds.PostgresOutOfReach, LogLevel.Error, "PostgreSQL is out of reach: {Problem} ({Code})")]
    public static partial void OutOfReach(this ILogger logger, string problem, string code);

    [LoggerMessage(EventIds.PostgresAnswersAgain, LogLevel.Information, "PostgreSQL answers again after {Seconds} s")]
    public static partial void AnswersAgain(this ILogger logger, double seconds);

    [LoggerMessage(EventIds.PostgresOperationFailed, LogLevel.Warning, "An operation of the PostgreSQL store failed: {Problem} ({Code})")]
    public static partial void OperationFailed(this ILogger logger, string problem, string code);

    [LoggerMessage(EventIds.PostgresDrainTimedOut, LogLevel.Warning, "The PostgreSQL store closed before every usage event queued was written")]
    public static partial void DrainTimedOut(this ILogger logger);

    [LoggerMessage(EventIds.PostgresWaitingForServer, LogLevel.Warning, "PostgreSQL at {Place} can't be reached yet: {Problem} Trying again for {Seconds} s")]
    public static partial void WaitingForServer(this ILogger logger, string place, string problem, double seconds);

    [LoggerMessage(EventIds.PostgresCommitSettled, LogLevel.Information, "The outcome of a commit whose answer was lost is known: {Outcome}")]
    public static partial void CommitSettled(this ILogger logger, string outcome);

    [LoggerMessage(EventIds.PostgresRetentionNotSet, LogLevel.Warning, "The database keeps {Kept} days of usage, and its role may not change that to {Wanted}. Its owner can: UPDATE controlplane.usage_retention SET days = {Wanted}")]
    public static partial void RetentionNotSet(this ILogger logger, int kept, int wanted);
}
