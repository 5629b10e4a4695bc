namespace ControlPlane.Api.Demo;

/// <summary>What a person who started the demo can do next.</summary>
internal static class DemoBanner
{
    public static string Text(DemoWorld world) => $$"""

        DEMO: prices, keys and trades are invented; the providers are simulated at {{world.Simulator.Address}}
        Sign in to the page with the operator token above.
        An order beyond a limit is refused, and a replaced runner fenced, within a minute: see the no-trades of demo-careless.
        Break a provider, watch, and mend it (others: alpaca, openai; other faults: hang, reset, rate_limited):
          SIM={{world.Simulator.Address}}
          curl -X PUT $SIM/_control/faults/polygon -d '{"fault":"http_503"}'
          curl -X PUT $SIM/_control/faults/polygon -d '{"fault":"none"}'
        Freeze the market's prices, and let them go on:
          curl -X PUT $SIM/_control/market -d '{"frozen":true}'
          curl -X PUT $SIM/_control/market -d '{"frozen":false}'
        """;
}
