using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Embedded;

internal static partial class EmbeddedStoreLog
{
    [LoggerMessage(4100, LogLevel.Information, "Embedded store opened at {DatabaseFile}, schema version {Version}")]
    public static partial void StoreOpened(this ILogger logger, string databaseFile, long version);

    [LoggerMessage(4101, LogLevel.Error, "Writing to the embedded store fails: {Problem} SQLite code {Code}")]
    public static partial void WritingFails(this ILogger logger, string problem, int? code);

    [LoggerMessage(4102, LogLevel.Information, "Writing to the embedded store works again; {Failed} writes failed meanwhile")]
    public static partial void WritingWorksAgain(this ILogger logger, long failed);

    [LoggerMessage(4103, LogLevel.Error, "Reading from the embedded store failed: {Problem} SQLite code {Code}")]
    public static partial void ReadingFailed(this ILogger logger, string problem, int? code);

    [LoggerMessage(4104, LogLevel.Warning, "The embedded store closed before everything queued was written")]
    public static partial void DrainTimedOut(this ILogger logger);
}
