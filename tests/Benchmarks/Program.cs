using System.Globalization;
using ControlPlane.Benchmarks;
using ControlPlane.Benchmarks.Running;

if (args is [WorkerProcess.Verb, var worker, .. var rest]) return await Workers.RunAsync(worker, rest);
if (args is [] or ["--help" or "-h"])
{
    Console.WriteLine(CommandLine.Help());
    return 0;
}

if (!CommandLine.TryParse(args, out var modes, out var rounds, out var wrong))
{
    Console.Error.WriteLine(wrong);
    return 2;
}

using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancel.Cancel();
};
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var results = new List<ModeResult>();
foreach (var mode in modes)
{
    Console.Error.WriteLine($"{mode.Name}: {mode.Measures}");
    foreach (var result in await mode.RunAsync(rounds, cancel.Token))
    {
        results.Add(result);
        Console.WriteLine(result.ToJsonLine());
    }
}

Console.WriteLine(ResultTable.Of(results));
return 0;
