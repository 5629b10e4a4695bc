namespace ControlPlane.Api.Hosting;

/// <summary>What <c>--help</c> prints.</summary>
internal static class CommandLineHelp
{
    public const string Text = """
        Control plane for autonomous trading bots: API, dashboard and silo in one process.

        Usage: dotnet run --project Api -- [options]       (or: dotnet Api.dll [options])

          --urls URL           Address to listen on. Default http://127.0.0.1:5080
          --demo               Simulated providers, made-up keys and four sample bots, in data-demo.
                               No variable of a real provider is read, and no call leaves this machine
          --catalogue          Print which variables each provider needs, as Markdown, and end.
          --catalogue-schema   Print the JSON Schema of a provider's file, and end.
          --help               This text.

          token BOT_ID [--generation N]
                               Print the bot's own token, and end. Needs the operator's token (in the
                               environment or the data folder) and no running program; the generation
                               is that of a revocation: GET /api/bots/BOT_ID shows it.

        Settings come from the environment, or as options of the same name
        (--ControlPlane:Verify:TimeoutSeconds 5):

          ControlPlane__DataDirectory                  Where everything is kept. Default: data
          ControlPlane__Secrets__Directory             A folder with one file a secret, re-read while running
          ControlPlane__Catalogue                      A file or folder with further providers
          ControlPlane__Integrations__ID__BaseUrl      Another base address for a provider
          ControlPlane__Network__Allow                 Private hosts and networks that calls may go to, with commas
          ControlPlane__Integrations__ID__Required     true: the system is blocked without it
          ControlPlane__Integrations__ID__Enabled      false: leave it out
          ControlPlane__Verify__TimeoutSeconds         Deadline of a verify call. Default 10
          ControlPlane__Verify__FreshnessSeconds       How long a good verdict stands. Default 900
          ControlPlane__Verify__MinIntervalSeconds     Overrides every provider's own minimum interval
          ControlPlane__Gate__LeaseSeconds             How long a node may rely on what it heard. Default 3
          ControlPlane__Policy__Gates__GATE__Required  false: the system can be OK without this gate
          ControlPlane__Policy__Gates__GATE__AnyOf     Providers that count, with commas
          ControlPlane__Bots__LeaseSeconds             A runner's lease. Default 30
          ConnectionStrings__ControlPlane              PostgreSQL to keep everything in, and the cluster that lives there
          ControlPlane__Role                           FrontEnd: a client of the silos of that cluster, without one of its own
          ControlPlane__Silo__Port, __GatewayPort      See Silo --help, also for addresses and TLS
          ControlPlane__Telemetry__Otlp__Endpoint      Send traces and metrics there (OTLP over gRPC)
          ControlPlane__Logging__Format                text or json
          ControlPlane__Logging__Level                 Trace to Critical. Default Information

        docs/settings.md lists them all, with units and ranges.

        Access tokens are secrets: CONTROLPLANE_OPERATOR_TOKEN, CONTROLPLANE_RUNNER_TOKEN,
        CONTROLPLANE_VIEWER_TOKEN, CONTROLPLANE_COMPONENT_TOKEN (for the heartbeats
        of an external risk engine alone). Without an operator token the first start makes one in
        the data directory and prints where it lies.
        """;
}
