using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ControlPlane.Grains.Integrations.Verification.Services;
using Npgsql;

namespace ControlPlane.Silo.Integrations;

/// <summary>PostgreSQL: one connection outside any pool, and SELECT 1.</summary>
internal sealed class PostgresHandshake(ServiceConnections connections) : IServiceHandshake
{
    public string Kind => "postgres";

    /// <summary><c>{"signed_in":true}</c>, <c>{"sqlstate":"28P01"}</c>, or <c>{"fault":"no_tls"}</c>.</summary>
    public async Task<JsonObject> AskAsync(ServicePlace place, CancellationToken cancellationToken)
    {
        Exception? last = null;
        foreach (var address in await connections.AddressesAsync(place, cancellationToken))
        {
            try
            {
                await AskAsync(place, address, cancellationToken);
                return new JsonObject { ["signed_in"] = true };
            }
            catch (PostgresException refused)
            {
                return new JsonObject { ["sqlstate"] = refused.SqlState };
            }
            catch (NpgsqlException failed) when (failed.InnerException is SocketException)
            {
                // The next address of the name may do.
                last = failed;
            }
            catch (NpgsqlException failed) when (failed.InnerException is null && place.NeedsTls)
            {
                // The client asks the server for TLS first, and has no other word for its no.
                return new JsonObject { ["fault"] = "no_tls" };
            }
        }

        throw last!;
    }

    /// <param name="address">Given to the client instead of the name, so that it connects to what was checked.</param>
    private static async Task AskAsync(ServicePlace place, IPAddress address, CancellationToken cancellationToken)
    {
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = address.ToString(),
            Port = place.Port,
            Username = place.Username,
            Password = place.Password,
            Database = place.Name,
            Options = Options(place.Query),
            SslMode = place.NeedsTls ? SslMode.Require : SslMode.Prefer,
            GssEncryptionMode = GssEncryptionMode.Disable,
            ApplicationName = "control-plane-verify",
            Pooling = false,
            Multiplexing = false,
            Enlist = false,
            PersistSecurityInfo = false,
        };
        var builder = new NpgsqlDataSourceBuilder(text.ConnectionString);
        builder.UseSslClientAuthenticationOptionsCallback(options => ServiceConnections.Tls(options, place));
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        await using var source = builder.Build();
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>What hosted servers behind a proxy tell their databases by; no other parameter of the address changes a verify.</summary>
    private static string? Options(string query)
    {
        const string Name = "options=";
        var pair = query.TrimStart('?').Split('&').FirstOrDefault(part => part.StartsWith(Name, StringComparison.Ordinal));
        return pair is null ? null : Uri.UnescapeDataString(pair[Name.Length..]);
    }
}
