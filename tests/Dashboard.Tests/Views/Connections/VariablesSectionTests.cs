using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Connections;

namespace ControlPlane.Dashboard.Tests.Views.Connections;

public sealed class VariablesSectionTests : PageContext
{
    [Fact]
    public void RequiredAndOptional_StandApart_AndOnlyARequiredOneIsMissing()
    {
        Show();
        var detail = new IntegrationDetail
        {
            Provider = "oanda", Name = "OANDA", Category = "broker", State = ProviderState.NotConfigured, Configured = false, Connected = false, SupportsVerify = true, MissingEnvVars = ["OANDA_ACCESS_TOKEN"], Hosts = new HostsRow(1, 1, true), Unavailable = [], Reasons = [],
            RequiredEnvVars = [new VariableRow("OANDA_ACCESS_TOKEN", true, false, null, "From the account's page.")], OptionalEnvVars = [new VariableRow("OANDA_ENV", false, false, null, null)], HowToConnect = [], Checklist = [], TraceId = "t",
        };
        var section = Render<VariablesSection>(parameters => parameters.Add(p => p.Detail, detail).Add(p => p.Row, detail).Add(p => p.Checked, () => Task.FromResult<IReadOnlyList<string>>([])));
        var required = section.Find("ul[aria-labelledby=variables-required]").TextContent;
        var optional = section.Find("ul[aria-labelledby=variables-optional]").TextContent;
        Assert.Contains("OANDA_ACCESS_TOKEN", required, StringComparison.Ordinal);
        Assert.Contains("missing", required, StringComparison.Ordinal);
        Assert.DoesNotContain("OANDA_ENV", required, StringComparison.Ordinal);
        Assert.Contains("OANDA_ENV", optional, StringComparison.Ordinal);
        Assert.Contains("not set", optional, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", optional, StringComparison.Ordinal);
    }
}
