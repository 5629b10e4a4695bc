using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Embedded;

internal static partial class EmbeddedStoreLog
{
    [LoggerMessage(EventIds.EmbeddedStoreOpened, LogLevel.Information, "Embedded store opened at {DatabaseFile}, schema version {Version}")]
    public static partial void StoreOpened(this ILogger logger, string databaseFile, long version);

    [LoggerMessage(EventIds.EmbeddedStoreWritingFails, LogLevel.Error, "Writing to the embedded store fails: {Problem} SQLite code {Code}")]
    public static partial void WritingFails(this ILogger logger, string problem, int? code);

    [LoggerMessage(EventIds.EmbeddedStoreWritingWorksAgain, LogLevel.Information, "Writing to the embedded store works again; {Failed} writes failed meanwhile")]
    public static partial void WritingWorksAgain(this ILogger logger, long failed);

    [LoggerMessage(EventIds.EmbeddedStoreReadingFailed, LogLevel.Error, "Reading from the embedded store failed: {Problem} SQLite code {Code}")]
    public static partial void ReadingFailed(this ILogger logger, string problem, int? code);

    [LoggerMessage(EventIds.EmbeddedStoreDrainTimedOut, LogLevel.Warning, "The embedded store closed before everything queued was written")]
    public static partial void DrainTimedOut(this ILogger logger);
}
