using System.Globalization;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Http;

/// <summary>A runner's question before every side effect, when it may act and when it may not.</summary>
internal sealed class GateRestMode : RestMode
{
    private const int RoundMs = 1_500;

    public override string Name => "gate-rest";

    public override string Measures => "authenticated GET /api/bots/{id}/permit of a running bot against Kestrel answering as many static bytes, requests/s";

    protected override int Bots => 1;

    protected override async Task<IReadOnlyList<ModeResult>> CompareAsync(OpenSystem system, RestComparison comparison, int rounds, CancellationToken cancellationToken)
    {
        var given = Path(system.Epoch);
        var permit = await system.GetAsync(given, cancellationToken);
        if (!permit["allowed"]!.GetValue<bool>()) throw new InvalidOperationException("The permit was refused: the figure would be that of a refusal.");
        return
        [
            await comparison.RunAsync(Name, ">= 0.6", new RestQuestion(given), rounds, RoundMs, cancellationToken),
            await comparison.RunAsync($"{Name} refused", ">= 0.6", new RestQuestion(Path(system.Epoch + 1)), rounds, RoundMs, cancellationToken),
        ];
    }

    private static string Path(long epoch) => string.Create(CultureInfo.InvariantCulture, $"/api/bots/{OpenSystem.Bot}/permit?intent=open&epoch={epoch}");
}
