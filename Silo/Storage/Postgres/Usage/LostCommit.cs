using ControlPlane.Grains;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>Settles a commit whose answer was lost with the connection: the server knows by the transaction's number, after a crash too.</summary>
internal static class LostCommit
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>True when it is certain that it was committed; false when it was not, or nobody could say in time.</summary>
    public static async Task<bool> WasCommittedAsync(PostgresDatabase database, ulong transaction, TimeSpan limit, ILogger logger)
    {
        if (limit <= TimeSpan.Zero) return false;
        using var patience = new CancellationTokenSource(limit);
        while (!patience.IsCancellationRequested)
        {
            try
            {
                var status = await database.ExecuteAsync(
                    (connection, token) => connection.Statement($"SELECT pg_xact_status('{transaction}'::xid8)").ListAsync(r => r.TextOf(0), token), patience.Token);
                if (status[0] is "committed" or "aborted")
                {
                    logger.CommitSettled(status[0]!);
                    return status[0] == "committed";
                }
            }
            catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
            {
                // Out of reach, or still going down.
            }

            await Task.Delay(s_pause, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return false;
    }
}
