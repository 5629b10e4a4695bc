namespace ControlPlane.Benchmarks.Running;

/// <summary>Runs both sides in turn, the other one first in every second round, so that drift of the machine meets both alike.</summary>
internal static class Interleaved
{
    /// <param name="warmUps">Rounds before, for the compilers and the caches; they do not count.</param>
    public static async Task<IReadOnlyList<Round>> RunAsync(
        int rounds, Func<CancellationToken, Task<double>> ours, Func<CancellationToken, Task<double>> limit, CancellationToken cancellationToken, int warmUps = 1)
    {
        for (var warmUp = 0; warmUp < warmUps; warmUp++)
        {
            await ours(cancellationToken);
            await limit(cancellationToken);
        }

        var taken = new List<Round>(rounds);
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
            {
                var first = await ours(cancellationToken);
                taken.Add(new Round(first, await limit(cancellationToken)));
            }
            else
            {
                var first = await limit(cancellationToken);
                taken.Add(new Round(await ours(cancellationToken), first));
            }
        }

        return taken;
    }
}
