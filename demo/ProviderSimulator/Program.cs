using ControlPlane.ProviderSimulator;

return await SimulatorCommand.RunAsync(args, Console.Out, Console.Error);
