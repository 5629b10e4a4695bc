using System.Net;
using System.Net.Sockets;
using ControlPlane.Silo.Storage.Postgres;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Ends the start before the silo touches the membership table, when it must not join. Reads only.</summary>
internal sealed class PlaceCheck(PostgresDatabase database, IPEndPoint self, bool allInOne, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>How long a silo that lives may take to renew its row, with room for a busy one.</summary>
    internal static readonly TimeSpan Timeout = Membership.AliveEvery + TimeSpan.FromSeconds(3);

    private const int Dead = 6;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(1);

    /// <exception cref="PlaceTakenException">A silo that lives stands in the way.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var doubtful = SiloPlace.Doubtful(await RowsAsync(cancellationToken), self, allInOne);

        // A silo of this host at this address: its port says whether it lives.
        foreach (var row in doubtful.Where(row => HostMark.IsHere(row.Name)))
            if (await AcceptsAsync(row.Endpoint, cancellationToken)) throw new PlaceTakenException(SiloPlace.Explain(row, self));

        var elsewhere = doubtful.Where(row => !HostMark.IsHere(row.Name)).ToDictionary(row => (row.Endpoint, row.Generation));
        var from = time.GetTimestamp();
        while (elsewhere.Count > 0 && time.GetElapsedTime(from) < Timeout)
        {
            await Task.Delay(s_look, time, cancellationToken);
            var now = await RowsAsync(cancellationToken);
            foreach (var row in now)
            {
                if (elsewhere.TryGetValue((row.Endpoint, row.Generation), out var before) && row.AliveAt > before.AliveAt)
                    throw new PlaceTakenException(SiloPlace.Explain(row, self));
            }

            // Whoever is declared dead meanwhile, or is gone, is out of the way.
            foreach (var gone in elsewhere.Keys.Except(now.Select(row => (row.Endpoint, row.Generation))).ToArray()) elsewhere.Remove(gone);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<List<SiloRow>> RowsAsync(CancellationToken cancellationToken) => database.ExecuteAsync(
        static async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT address, port, generation, siloname, iamalivetime FROM orleansmembershiptable WHERE deploymentid = $1 AND status <> $2", connection);
            command.Parameters.Add(new() { Value = Membership.ClusterId });
            command.Parameters.Add(new() { Value = Dead });
            await using var reader = await command.ExecuteReaderAsync(token);
            var rows = new List<SiloRow>();
            while (await reader.ReadAsync(token))
            {
                if (!IPAddress.TryParse(reader.GetString(0), out var address)) continue;
                rows.Add(new(new IPEndPoint(address, reader.GetInt32(1)), reader.GetInt32(2), reader.GetString(3), new DateTimeOffset(reader.GetDateTime(4), TimeSpan.Zero)));
            }

            return rows;
        },
        cancellationToken);

    private static async Task<bool> AcceptsAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_connect);
        try
        {
            await socket.ConnectAsync(endpoint, limit.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            // Neither accepted nor refused: a process that hangs still has its port.
            cancellationToken.ThrowIfCancellationRequested();
            return true;
        }
    }
}
