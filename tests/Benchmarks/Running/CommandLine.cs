using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ControlPlane.Benchmarks.Schema;

namespace ControlPlane.Benchmarks.Running;

/// <summary>What the program was asked for.</summary>
internal static class CommandLine
{
    public const int DefaultRounds = 5;

    public static string Help()
    {
        var width = Modes.All.Max(mode => mode.Name.Length);
        return $"""
            Measures the control plane against what its machine can do, side by side in one run.

              dotnet run -c Release --project tests/Benchmarks -- MODE [MODE...] [--rounds N] [--rows N]

            Each mode prints one JSON line; a table follows at the end. N is 1 to 100, {DefaultRounds} when not given. --rows is for 'schema': {SchemaMode.DefaultRows} when not given.
            'all' runs every mode, one after the other.

            {string.Join(Environment.NewLine, Modes.All.Select(mode => $"  {mode.Name.PadRight(width)}  {mode.Measures}"))}
            """;
    }

    public static bool TryParse(string[] args, out IReadOnlyList<IBenchmarkMode> modes, out int rounds, [NotNullWhen(false)] out string? wrong)
    {
        rounds = DefaultRounds;
        wrong = null;
        var named = new List<IBenchmarkMode>();
        modes = named;
        for (var index = 0; index < args.Length; index++)
        {
            if (args[index] == "--rounds")
            {
                if (++index >= args.Length || !int.TryParse(args[index], NumberStyles.None, CultureInfo.InvariantCulture, out rounds) || rounds is < 1 or > 100)
                    wrong = "--rounds takes a number from 1 to 100.";
            }
            else if (args[index] == "--rows")
            {
                if (++index >= args.Length || !int.TryParse(args[index], NumberStyles.None, CultureInfo.InvariantCulture, out var rows) || rows is < 100_000 or > 100_000_000)
                    wrong = "--rows takes a number from 100000 to 100000000.";
                else
                    foreach (var mode in Modes.All.OfType<SchemaMode>()) mode.Rows = rows;
            }
            else if (args[index] == "all")
            {
                named.AddRange(Modes.All);
            }
            else if (Modes.All.FirstOrDefault(mode => mode.Name == args[index]) is { } mode)
            {
                named.Add(mode);
            }
            else
            {
                wrong = $"There is no mode '{args[index]}'. --help lists them.";
            }
        }

        if (named.Count == 0) wrong ??= "Name a mode. --help lists them.";
        return wrong is null;
    }
}
