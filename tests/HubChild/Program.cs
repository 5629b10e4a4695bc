using System.Collections.Concurrent;
using System.Diagnostics;
using ControlPlane.Testing.Hub;

// A crowd at the hub in a process of its own, for which nobody else has to wait: a process with thousands of connections to open
// answers nobody for seconds. Arguments: address, token, number of clients. Says "there", and then obeys its input line by line:
//   again    everybody goes without a word and comes again, all at once; says "back" and the milliseconds
//   engaged  says "engaged" once everybody has heard that the kill is engaged
//   check    says "check", how many missed a number, and how many connections have ended
// It ends with its input.
const int ConnectingAtOnce = 64;
var (address, token, count) = (new Uri(args[0]), args[1], int.Parse(args[2]));
var clients = new ConcurrentBag<HubListener>();
await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce }, async (_, cancel) => clients.Add(await HubListener.OpenAsync(address, token, cancel)));
Console.WriteLine("there");
while (Console.ReadLine() is { } line)
{
    switch (line)
    {
        case "again":
            foreach (var client in clients) client.Dispose();
            var clock = Stopwatch.StartNew();
            clients = [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => HubListener.OpenAsync(address, token, CancellationToken.None))))];
            Console.WriteLine($"back {clock.ElapsedMilliseconds}");
            break;
        case "engaged":
            while (clients.Any(client => client.Engaged != true)) await Task.Delay(10);
            Console.WriteLine("engaged");
            break;
        case "check":
            Console.WriteLine($"check {clients.Count(client => client.Fault is not null)} {clients.Count(client => client.Ended)}");
            break;
    }
}
