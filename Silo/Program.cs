using ControlPlane.Silo.Hosting;

return await StandaloneSilo.RunAsync(args);
