using System.Globalization;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Http;

/// <summary>Starts the program, the peer and the client, and compares one question after the other.</summary>
internal abstract class RestMode : IBenchmarkMode
{
    public abstract string Name { get; }

    public abstract string Measures { get; }

    protected abstract int Bots { get; }

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var system = await OpenSystem.StartAsync(Bots, cancellationToken);
        var port = Ports.Free();
        await using var peer = WorkerProcess.Start(StaticServer.Worker, port.ToString(CultureInfo.InvariantCulture));
        await peer.AskAsync<bool>("ready", cancellationToken);
        await using var load = WorkerProcess.Start(HttpLoad.Worker);
        return await CompareAsync(system, new RestComparison(system, peer, port, load), rounds, cancellationToken);
    }

    protected abstract Task<IReadOnlyList<ModeResult>> CompareAsync(OpenSystem system, RestComparison comparison, int rounds, CancellationToken cancellationToken);
}
