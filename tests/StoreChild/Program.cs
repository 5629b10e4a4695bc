// Appends numbered usage events until it is killed, and prints "first count" for each batch that was acknowledged.
// Batch b of writer w holds the events with the ids made of (w, b, i), so that whoever killed it can tell which must be there.
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

var (directory, run, writers) = (args[0], int.Parse(args[1]), int.Parse(args[2]));
await using var services = new ServiceCollection()
    .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
    .AddEmbeddedStore(new EmbeddedStoreOptions { DataDirectory = directory })
    .BuildServiceProvider();

try
{
    await services.GetRequiredService<EmbeddedDatabase>().MigrateAsync();
}
catch (DataDirectoryInUseException e)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}

Console.WriteLine("ready");
var store = services.GetRequiredService<IUsageEventStore>();
await Task.WhenAll(Enumerable.Range(0, writers).Select(Write));
return 0;

async Task Write(int writer)
{
    for (var batch = 0; ; batch++)
    {
        var size = 1 + ((batch * 37) % 200);
        var events = Enumerable.Range(0, size).Select(i => Event(writer, batch, i)).ToList();
        await store.AppendAsync(events, CancellationToken.None);
        Console.WriteLine($"{writer} {batch} {size}");
    }
}

UsageEvent Event(int writer, int batch, int index) => new(
    new Guid(run, (short)writer, (short)batch, [.. BitConverter.GetBytes((long)index)]),
    DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000 + (index % 7)),
    null,
    $"bot-{writer}",
    "polygon",
    "GET /v3/quotes",
    index % 5 == 0 ? UsageStatus.Error : UsageStatus.Ok,
    200,
    index,
    null,
    null);
