using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Bots;

/// <summary>100,000 bots that are activated with their state from the embedded store, against as many grains that hold nothing. Each side of each
/// round is a new process of a whole silo, so that neither finds anything warm.</summary>
internal sealed class BotsMode : IBenchmarkMode
{
    public const int Bots = 100_000;

    public string Name => "bots-100k";

    public string Measures => $"{Bots:N0} bots activated with their state from the embedded store against {Bots:N0} empty grains in the same silo: activations/s, and resident bytes of each";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-bots-");
        try
        {
            _ = await AskAsync(BotActivation.Writing, folder.FullName, cancellationToken);
            var (bots, empty) = (new List<Activations>(), new List<Activations>());
            var rate = await Interleaved.RunAsync(
                rounds,
                token => TakeAsync(BotActivation.StoredBots, folder.FullName, bots, token),
                token => TakeAsync(BotActivation.EmptyGrains, folder.FullName, empty, token),
                cancellationToken,
                warmUps: 0);
            return
            [
                new ModeResult(Name, "activations/s", ">= 0.8", rate),
                new ModeResult($"{Name}-memory", "resident bytes each", "<= 1.5", [.. bots.Zip(empty, (b, e) => new Round(b.BytesEach, e.BytesEach))]),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> TakeAsync(string what, string folder, List<Activations> taken, CancellationToken cancellationToken)
    {
        taken.Add(await AskAsync(what, folder, cancellationToken));
        return taken[^1].PerSecond;
    }

    private static async Task<Activations> AskAsync(string what, string folder, CancellationToken cancellationToken)
    {
        await using var worker = WorkerProcess.Start(BotActivation.Worker, folder);
        return await worker.AskAsync<Activations>(what, cancellationToken);
    }
}
