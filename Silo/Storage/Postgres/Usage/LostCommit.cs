using ControlPlane.Grains;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Settles a commit whose answer was lost with the connection: the server knows, after a crash too.</summary>
internal static class LostCommit
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>True when it is certain that it was committed; false when it was not, or nobody could say in time.</summary>
    public static async Task<bool> WasCommittedAsync(PostgresDatabase database, SentCommit sent, TimeSpan limit, ILogger logger)
    {
        if (limit <= TimeSpan.Zero) return false;
        using var timeout = new CancellationTokenSource(limit);
        while (!timeout.IsCancellationRequested)
        {
            try
            {
                if (await database.ExecuteAsync(sent.OutcomeAsync, timeout.Token) is { } committed)
                {
                    logger.CommitSettled(committed ? "committed" : "aborted");
                    return committed;
                }
            }
            catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
            {
                // Out of reach, or still going down.
            }

            await Task.Delay(s_pause, timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }
}
