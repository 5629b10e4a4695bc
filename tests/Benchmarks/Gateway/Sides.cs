using System.Globalization;
using ControlPlane.Benchmarks.Http;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Gateway;

/// <summary>The same client on both sides, and how many calls of ours it made.</summary>
/// <param name="prefix">Path of the provider at the gateway.</param>
internal sealed class Sides(WorkerProcess load, WorkerProcess streams, int port, string prefix, string token)
{
    /// <summary>Calls that went through the gateway.</summary>
    public long Asked { get; private set; }

    public async Task<HttpLoad.Load> OursAsync(int connections, int milliseconds, CancellationToken cancellationToken)
    {
        var got = await AskAsync(port, prefix, connections, milliseconds, cancellationToken);
        Asked += got.Requests;
        return got;
    }

    public Task<HttpLoad.Load> PeerAsync(int peer, int connections, int milliseconds, CancellationToken cancellationToken) => AskAsync(peer, "", connections, milliseconds, cancellationToken);

    /// <param name="peer">Null for ours.</param>
    public Task<double> FirstAsync(int? peer, int count, CancellationToken cancellationToken) => StreamAsync("first", peer, GatewayUpstream.FirstEvent, count, cancellationToken);

    public Task<double> HoldAsync(int? peer, int count, CancellationToken cancellationToken) => StreamAsync("hold", peer, GatewayUpstream.Idle, count, cancellationToken);

    public Task<double> DropAsync(CancellationToken cancellationToken) => streams.AskAsync<double>("drop", cancellationToken);

    private Task<double> StreamAsync(string verb, int? peer, string path, int count, CancellationToken cancellationToken)
    {
        if (peer is null) Asked += count;
        return streams.AskAsync<double>(string.Create(CultureInfo.InvariantCulture, $"{verb} {peer ?? port} {(peer is null ? prefix : "")}{path} {token} {count}"), cancellationToken);
    }

    private Task<HttpLoad.Load> AskAsync(int at, string before, int connections, int milliseconds, CancellationToken cancellationToken) => load.AskAsync<HttpLoad.Load>(
        string.Create(CultureInfo.InvariantCulture, $"{at} {before}{GatewayUpstream.Read} 200 {connections} {milliseconds} 0 {HttpLoad.TokenWord}{token}"), cancellationToken);
}
