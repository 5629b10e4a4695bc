using ControlPlane.Silo.Hosting;

return StandaloneSilo.Run(args);
