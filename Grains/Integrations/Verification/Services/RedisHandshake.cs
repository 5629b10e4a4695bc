using System.Net.Security;
using System.Text;
using System.Text.Json.Nodes;

namespace ControlPlane.Grains.Integrations.Verification.Services;

/// <summary>Redis and what speaks its protocol: AUTH, SELECT where the address names a database, PING. These three are written here, because a client library opens
/// several connections, sends commands that a narrow user may not run, and tries again.</summary>
internal sealed class RedisHandshake(ServiceConnections connections) : IServiceHandshake
{
    private const int LongestLine = 4 * 1024;

    public string Kind => "redis";

    /// <summary><c>{"pong":true}</c>, or <c>{"step":"auth|select|ping","error":"WRONGPASS","text":"..."}</c>.</summary>
    public async Task<JsonObject> AskAsync(ServicePlace place, CancellationToken cancellationToken)
    {
        await using var plain = await connections.OpenAsync(place, cancellationToken);
        await using var tls = place.BeginsWithTls ? new SslStream(plain) : null;
        if (tls is not null)
            await tls.AuthenticateAsClientAsync(ServiceConnections.Tls(place), cancellationToken);
        var stream = (Stream?)tls ?? plain;

        foreach (var (step, command) in Commands(place))
        {
            await stream.WriteAsync(Encode(command), cancellationToken);
            var reply = await ReadLineAsync(stream, cancellationToken);
            if (reply.StartsWith('-'))
                return new JsonObject { ["step"] = step, ["error"] = reply[1..].Split(' ')[0], ["text"] = reply[1..] };
            if (!reply.StartsWith('+'))
                throw new VerifyFaultException(VerifyCodes.UnexpectedStatus);
        }

        return new JsonObject { ["pong"] = true };
    }

    private static IEnumerable<(string Step, string[] Command)> Commands(ServicePlace place)
    {
        if (place.Password is { } password)
            yield return ("auth", place.Username is { } user ? ["AUTH", user, password] : ["AUTH", password]);
        if (place.Name is { } database)
            yield return ("select", ["SELECT", database]);
        yield return ("ping", ["PING"]);
    }

    private static byte[] Encode(string[] command)
    {
        var text = new StringBuilder($"*{command.Length}\r\n");
        foreach (var part in command)
            text.Append($"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var next = new byte[1];
        while (line.Count < LongestLine)
        {
            if (await stream.ReadAsync(next, cancellationToken) == 0)
                throw new VerifyFaultException(VerifyCodes.ConnectionReset);
            if (next[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(next[0]);
        }

        throw new VerifyFaultException(VerifyCodes.BodyTooLarge);
    }
}
