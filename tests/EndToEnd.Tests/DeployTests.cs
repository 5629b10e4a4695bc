using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Rules and dashboard for Prometheus and Grafana.</summary>
public sealed partial class DeployTests
{
    private static readonly string s_deploy = Path.Combine(Root(new DirectoryInfo(AppContext.BaseDirectory)), "deploy");

    [Theory]
    [InlineData("check", "rules", "control-plane.rules.yml")]
    [InlineData("test", "rules", "control-plane.rules.test.yml")]
    public async Task Rules_PleasePromtool(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed: the package prometheus has it.");
        using var tool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", arguments) { WorkingDirectory = Path.Combine(s_deploy, "prometheus"), RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = await tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(tool.ExitCode == 0, said);
    }

    [Fact]
    public void Dashboard_IsJsonWithPanelsThatAsk()
    {
        var dashboard = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(s_deploy, "grafana", "control-plane.json")))!;
        Assert.All(dashboard["panels"]!.AsArray(), p => Assert.NotEmpty(p!["targets"]!.AsArray().Select(t => t!["expr"]!.GetValue<string>())));
        Assert.True(MetricNames().Count > 10);
    }

    [Fact]
    public void RulesAndDashboard_AskForMetricsThatTheProgramHas()
    {
        var root = Path.GetDirectoryName(s_deploy)!;
        var made = new[] { "Grains", "Grains.Abstractions", "Silo", "Api" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)).Select(m => m.Groups["name"].Value.Replace('.', '_')))
            .ToHashSet(StringComparer.Ordinal);
        Assert.All(MetricNames(), name => Assert.True(made.Contains(name) || made.Contains(Suffix().Replace(name, "")), $"{name} is made by nobody."));
    }

    /// <summary>Every metric of ours that rules and dashboard ask for.</summary>
    internal static HashSet<string> MetricNames() =>
    [
        .. new[] { "prometheus/control-plane.rules.yml", "grafana/control-plane.json" }
            .SelectMany(file => Name().Matches(File.ReadAllText(Path.Combine(s_deploy, file))).Select(m => m.Value)),
    ];

    private static string Root(DirectoryInfo folder) => File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")) ? folder.FullName : Root(folder.Parent!);

    [GeneratedRegex("\"(?<name>controlplane(\\.[a-z_]+)+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Instrument();

    [GeneratedRegex("(_seconds)?(_total)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"\bcontrolplane_[a-z_]+\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
