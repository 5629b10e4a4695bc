using ControlPlane.Grains.Secrets;
using ControlPlane.Silo.Hosting.Settings;
using ControlPlane.Silo.Logging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace ControlPlane.Silo.Tests.Logging;

public sealed class LoggingRulesTests
{
    [Theory]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning, false)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Critical, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Critical, false)]
    [InlineData("Microsoft.AspNetCore.Routing.Matching.DfaMatcher", LogLevel.Warning, false)]
    [InlineData("Microsoft.AspNetCore.SignalR.HubConnectionContext", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Http.Connections.Internal.Transports", LogLevel.Debug, false)]
    [InlineData("System.Net.Http.HttpClient.polygon.LogicalHandler", LogLevel.Critical, false)]
    [InlineData("Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Critical, false)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Information, false)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Warning, true)]
    [InlineData("Microsoft.Hosting.Lifetime", LogLevel.Information, true)]
    [InlineData("Microsoft.Hosting.Lifetime", LogLevel.Debug, false)]
    [InlineData("ControlPlane.Grains.Secrets", LogLevel.Trace, true)]
    public void IsEnabled_AtTrace_FloorsHold(string category, LogLevel level, bool enabled)
    {
        using var harness = new LogHarness(new SecretRegistry());
        Assert.Equal(enabled, harness.Logger(category).IsEnabled(level));
    }

    [Fact]
    public void IsEnabled_AtError_AppliesToAll()
    {
        using var harness = new LogHarness(new SecretRegistry(), LogEventLevel.Error);
        Assert.False(harness.Logger("Microsoft.Hosting.Lifetime").IsEnabled(LogLevel.Warning));
        Assert.False(harness.Logger("ControlPlane.X").IsEnabled(LogLevel.Warning));
        Assert.True(harness.Logger("ControlPlane.X").IsEnabled(LogLevel.Error));
    }

    [Fact]
    public void Log_PathsOfAnyName_LeftOut()
    {
        using var harness = new LogHarness(new SecretRegistry());
        using (harness.Logger().BeginScope(new Dictionary<string, object> { ["RequestPath"] = "/raw-one", ["url.query"] = "raw-two", ["Scoped"] = new Dictionary<string, object> { ["Uri"] = "/raw-three" } }))
            harness.Logger().LogInformation("{Path} {@Nested} {Route} see https://user.example.org/raw-four?raw=five", "/raw-six", new { QueryString = "?raw-seven" }, "/api/bots/{botId}");
        Assert.DoesNotContain("raw", harness.Text + harness.Json, StringComparison.Ordinal);
        Assert.Contains("/api/bots/{botId} see https://user.example.org/...", harness.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_ListeningAddress_Stays()
    {
        using var harness = new LogHarness(new SecretRegistry());
        harness.Logger("Microsoft.Hosting.Lifetime").LogInformation("Now listening on: {address}", "http://127.0.0.1:5080");
        Assert.Contains("Now listening on: http://127.0.0.1:5080", harness.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_LongText_Bounded()
    {
        using var harness = new LogHarness(new SecretRegistry());
        harness.Logger().LogInformation(new InvalidOperationException(new string('x', 1_000_000)), "{Value}", new string('y', 1_000_000));
        Assert.InRange(harness.Text.Length, 1000, 3 * LogText.MaxLength);
    }

    [Fact]
    public void Copy_ValueThatCannotBePrinted_KeepsNothing()
    {
        var template = new MessageTemplateParser().Parse("a {Value} b");
        var original = new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Error, null, template, [new LogEventProperty("Value", new ScalarValue(new Unprintable()))]);
        var copy = new CleanEvents(new LogText(new Redactor(new SecretRegistry()))).Copy(original);
        Assert.Equal(Redactor.Failed, copy.MessageTemplate.Text);
        Assert.Empty(copy.Properties);
        Assert.Null(copy.Exception);
    }

    [Theory]
    [InlineData(null, null, LogFormat.Text, LogEventLevel.Information)]
    [InlineData("json", "debug", LogFormat.Json, LogEventLevel.Debug)]
    [InlineData("Text", "Critical", LogFormat.Text, LogEventLevel.Fatal)]
    public void Read_GoodValues_Taken(string? format, string? level, object expectedFormat, LogEventLevel expectedLevel)
    {
        var options = LoggingOptions.Read(Configuration(format, level), new SettingErrors());
        Assert.Equal((expectedFormat, expectedLevel), (options.Format, options.Level));
    }

    [Theory]
    [InlineData("xml", null, "ControlPlane__Logging__Format: must be text or json")]
    [InlineData(null, "loud", "ControlPlane__Logging__Level: must be Trace,")]
    [InlineData(null, "3", "ControlPlane__Logging__Level: must be Trace,")]
    public void Read_WrongValue_NamesKeyAndRule(string? format, string? level, string message)
    {
        var errors = new SettingErrors();
        LoggingOptions.Read(Configuration(format, level), errors);
        Assert.StartsWith(message, Assert.Single(errors.All), StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(string? format, string? level) => new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?> { ["ControlPlane:Logging:Format"] = format, ["ControlPlane:Logging:Level"] = level }).Build();

    private sealed class Unprintable
    {
        public override string ToString() => throw new InvalidOperationException("no");
    }
}
