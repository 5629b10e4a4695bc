using ControlPlane.Grains;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Logs when writing begins to fail and when it works again, not every call in between: a full disk must not fill the log.</summary>
internal sealed class WriterHealth(ILogger logger)
{
    private long _failed;
    private long _commits;

    public long Commits => Volatile.Read(ref _commits);

    public void Failed(Exception failure)
    {
        if (SqliteFailure.Translate(failure) is StoreUnavailableException ours && _failed++ == 0)
        {
            logger.WritingFails(ours.Message, (failure as SqliteException)?.SqliteExtendedErrorCode);
        }
    }

    /// <param name="whole">False when some call of the group failed.</param>
    public void Committed(bool whole)
    {
        Volatile.Write(ref _commits, _commits + 1);
        if (whole && _failed > 0)
        {
            logger.WritingWorksAgain(_failed);
            _failed = 0;
        }
    }
}
