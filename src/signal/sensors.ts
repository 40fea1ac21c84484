/** Sensor types in the row order of the learned table `sensor_embed` (SPEC.md §2). New types are appended, never inserted. */
export const SENSORS = ["ecg", "eeg", "ppg"] as const;

export type Sensor = (typeof SENSORS)[number];

/** Row of `sensor_embed` for a sensor. */
export const sensorRow = (sensor: Sensor): number => SENSORS.indexOf(sensor);
