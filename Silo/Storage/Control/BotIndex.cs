using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control;

/// <summary>The list of bots.</summary>
internal sealed class BotIndex(IControlDatabase database) : IBotIndex
{
    private static readonly string s_upsert =
        $"INSERT INTO bots ({BotRow.Columns.Names}) VALUES ({BotRow.Columns.Values}) ON CONFLICT (bot_id) DO UPDATE SET {BotRow.Columns.Excluded}";

    public Task UpsertAsync(BotIndexRow row, CancellationToken cancellationToken) => database.RunAsync(s_upsert, BotRow.Of(row), cancellationToken);

    // The lock is held before the count is taken, by all hosts: nobody comes between the count and the row.
    public Task<bool> TryAddAsync(BotIndexRow row, int max, CancellationToken cancellationToken) => database.WriteAsync(
        WriteScope.Control() with { Lock = "bots" },
        async session =>
        {
            if (await session.FirstAsync<long>("SELECT COUNT(*) FROM bots WHERE bot_id <> @BotId", new { row.BotId }) >= max) return false;
            await session.RunAsync(s_upsert, BotRow.Of(row));
            return true;
        },
        cancellationToken);

    public Task RemoveAsync(string botId, CancellationToken cancellationToken) =>
        database.RunAsync("DELETE FROM bots WHERE bot_id = @BotId", new { BotId = botId }, cancellationToken);

    public async Task<ImmutableArray<BotIndexRow>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await database.ListAsync<BotRow>($"SELECT {BotRow.Columns.Names} FROM bots ORDER BY bot_id", null, cancellationToken)).Select(row => row.Bot())];
}
